\set number random(:first, :last)
UPDATE counters SET used = used + 1 WHERE id = ('00000000-0000-4000-8000-' || lpad(:number::text, 12, '0'))::uuid AND used < maximum;
