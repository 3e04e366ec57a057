#!/usr/bin/perl
# Calls the service by SOAP::Lite, in the way its users call .NET services: the namespace as the default one, an action of
# namespace and operation, and every parameter as a named string. (What SOAP::Lite makes of a ?WSDL is for rpc style: it
# puts the parameters in no namespace, where such services do not look.) Speaks the protocol of ../driver.py.
#
# Usage: client.pl URL 1.1 [HTTP_HEADER]
use strict;
use warnings;

use JSON::PP;
use SOAP::Lite;

my ($url, undef, $header) = @ARGV;

my $server = SOAP::Lite
    ->proxy($url, timeout => 60)
    ->default_ns('http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/')
    ->on_action(sub { join '', @_ })
    ->on_fault(sub { die $_[1] });
$server->transport->default_header(split /: /, $header, 2) if $header;

# SOAP::Lite warns of names such as the vendor's "xmlIcon", since XML reserves those that begin so.
$SIG{__WARN__} = sub { warn @_ unless $_[0] =~ /reserved prefix 'XML'/ };
$| = 1;

sub say_json {
    print JSON::PP->new->utf8->encode({@_}), "\n";
}

sub parameter {
    my ($name, $value) = @_;
    return SOAP::Data->name($name => \SOAP::Data->value(map { parameter($_, $value->{$_}) } sort keys %$value))
        if ref $value eq 'HASH';
    return SOAP::Data->name($name => "$value")->type('string');
}

say_json(operations => undef);
while (my $line = <STDIN>) {
    my ($operation, $arguments) = @{decode_json($line)};
    my $reply = eval { $server->call($operation => map { parameter(@$_) } @$arguments) };
    if (my $fault = $@) {
        die $fault unless ref $fault;  # no answer at all: its text is the reason
        my $detail = $fault->faultdetail;
        say_json(fault => {
            code => $fault->faultcode,
            text => $fault->faultstring,
            number => ref $detail ? $detail->{error}{number} : undef,
        });
        next;
    }
    say_json(result => $reply->body->{"${operation}Response"} || {});
}
