# Opens sockets in a network namespace of its own and holds them until its input ends: `mixed FOLDER`, one of each kind, or
# `many COUNT`. Perl, since Node accepts whatever comes and takes a hundred times the memory for a socket.
use strict;
use warnings;
use Fcntl;
use POSIX qw(sysconf _SC_OPEN_MAX);
use Socket qw(:all);

$| = 1;
my @held;
my ( $kind, $argument ) = @ARGV;

sub loopback_up {
    socket( my $any, AF_INET, SOCK_DGRAM, 0 ) or die "socket: $!";
    my ( $set_flags, $up ) = ( 0x8914, 0x1 );
    ioctl( $any, $set_flags, pack( 'a16 s x22', 'lo', $up ) ) or die "lo: $!";
}

sub place {
    my ( $address, $port ) = @_;
    return pack_sockaddr_in( $port, inet_aton($address) ) if $address !~ /:/;
    return pack_sockaddr_in6( $port, inet_pton( AF_INET6, $address ) );
}

sub open_socket {
    my ( $address, $type ) = @_;
    my $family = $address =~ /:/ ? AF_INET6 : AF_INET;
    socket( my $socket, $family, $type, 0 ) or die "socket: $!";
    push @held, $socket;
    return $socket;
}

sub listener {
    my ( $address, $port, $backlog, %options ) = @_;
    my $socket = open_socket( $address, SOCK_STREAM );
    setsockopt( $socket, SOL_SOCKET, SO_REUSEPORT, 1 ) if $options{shared};
    setsockopt( $socket, IPPROTO_IPV6, IPV6_V6ONLY, $options{v6only} ? 1 : 0 ) if $address =~ /:/;
    bind( $socket, place( $address, $port ) ) or die "bind $address $port: $!";
    listen( $socket, $backlog ) or die "listen: $!";
    return $socket;
}

# Does not wait: what finds a full queue stays in SYN_SENT.
sub client {
    my ( $address, $port ) = @_;
    my $socket = open_socket( $address, SOCK_STREAM );
    fcntl( $socket, F_SETFL, O_NONBLOCK );
    connect( $socket, place( $address, $port ) );
    return $socket;
}

sub accepted {
    my ($listener) = @_;
    accept( my $socket, $listener ) or die "accept: $!";
    push @held, $socket;
    return $socket;
}

sub mixed {
    my ($folder) = @_;
    listener( '127.0.0.1', 18080, 2 );
    client( '127.0.0.1', 18080 ) for 1 .. 6;

    my $dual = listener( '::', 18081, 16 );
    client( '127.0.0.1', 18081 );
    my $mapped = accepted($dual);
    client( '::1', 18081 );
    accepted($dual);
    client( '::1', 18081 ) for 1 .. 4;

    listener( '::1', 18082, 5, v6only => 1 );
    listener( '127.0.0.1', 18083, 8, shared => 1 ) for 1 .. 2;
    client( '127.0.0.1', 18083 ) for 1 .. 3;

    my $closing = listener( '127.0.0.1', 18084, 32 );
    for ( 1 .. 5 ) {    # this end closes first: TIME_WAIT
        my $client = client( '127.0.0.1', 18084 );
        my $server = accepted($closing);
        close $client;
        sysread( $server, my $end, 1 );
        close $server;
    }
    for ( 1 .. 3 ) {    # the other end never closes: FIN_WAIT2 and CLOSE_WAIT
        my $client = client( '127.0.0.1', 18084 );
        accepted($closing);
        close $client;
    }
    my $talker = client( '127.0.0.1', 18084 );
    accepted($closing);
    syswrite( $talker, 'x' x 1000 );

    my $udp = open_socket( '127.0.0.1', SOCK_DGRAM );
    setsockopt( $udp, SOL_SOCKET, SO_RCVBUF, 4096 );
    bind( $udp, place( '127.0.0.1', 18053 ) ) or die "bind: $!";
    my $sender = open_socket( '127.0.0.1', SOCK_DGRAM );
    send( $sender, 'x' x 500, 0, place( '127.0.0.1', 18053 ) ) for 1 .. 50;
    bind( open_socket( '::1', SOCK_DGRAM ), place( '::1', 18054 ) ) or die "bind: $!";

    for my $name ( "$folder/a b.sock", "\0mitra test" ) {
        socket( my $unix, AF_UNIX, SOCK_STREAM, 0 ) or die "socket: $!";
        bind( $unix, pack_sockaddr_un($name) ) or die "bind: $!";
        listen( $unix, 3 ) or die "listen: $!";
        push @held, $unix;
        for ( 1 .. 2 ) {
            socket( my $client, AF_UNIX, SOCK_STREAM, 0 ) or die "socket: $!";
            connect( $client, pack_sockaddr_un($name) ) or die "connect: $!";
            push @held, $client;
        }
    }
}

# Half of them clients of listeners that accept none, a process for as many as one may open.
sub many {
    my ($count) = @_;
    if ( open( my $most, '>', '/proc/sys/net/core/somaxconn' ) ) { print $most "65535\n" }
    my $ports = 16;
    listener( '127.0.0.1', 20000 + $_, 65535 ) for 1 .. $ports;
    my ( $left, $at_once ) = ( ( $count - $ports ) / 2, sysconf(_SC_OPEN_MAX) - 64 );
    while ( $left > 0 ) {
        my $share = $left < $at_once ? $left : $at_once;
        pipe( my $ready, my $tell ) or die "pipe: $!";
        if ( fork() == 0 ) {
            for my $number ( 1 .. $share ) {
                my $client = open_socket( '127.0.0.1', SOCK_STREAM );
                connect( $client, place( '127.0.0.1', 20001 + $number % $ports ) ) or die "connect: $!";
            }
            close $tell;
            <STDIN>;
            exit;
        }
        close $tell;
        <$ready>;
        $left -= $share;
    }
}

loopback_up();
$kind eq 'many' ? many($argument) : mixed($argument);
print "ready\n";
<STDIN>;
