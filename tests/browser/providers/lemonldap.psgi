# LemonLDAP::NG's portal as Debian packages it, with its demonstration accounts: `dwho` with the password `dwho`.
# It keeps everything in the working directory. See providers/foreign.ts for the variables that configure it.
package NoCaptcha;
# The portal always loads a captcha module; its own one wants ImageMagick.
use Mouse;
extends 'Lemonldap::NG::Portal::Main::Plugin';
sub init { return 1 }
$INC{'NoCaptcha.pm'} = 1;

package main;
use strict;
use warnings;
use Crypt::OpenSSL::RSA;
use Cwd qw(getcwd);
use JSON qw(encode_json);
use Plack::App::File;
use Plack::Builder;

my $here   = getcwd();
my $share  = '/usr/share/lemonldap-ng/portal';
my $portal = "http://127.0.0.1:$ENV{PORT}/";
my $key    = Crypt::OpenSSL::RSA->generate_key(2048);

sub storage {
    my ($name) = @_;
    mkdir "$here/$_" for $name, "$name-lock";
    return { Directory => "$here/$name", LockDirectory => "$here/$name-lock" };
}

sub cache {
    return { namespace => $_[0], cache_root => "$here/cache", cache_depth => 3, default_expires_in => 600 };
}

sub write_file {
    my ( $name, $text ) = @_;
    open my $file, '>', "$here/$name" or die "$name: $!";
    print {$file} $text;
    close $file or die "$name: $!";
}

my %configuration = (
    cfgNum                         => 1,
    cfgDate                        => time,
    portal                         => $portal,
    domain                         => '127.0.0.1',
    authentication                 => 'Demo',
    userDB                         => 'Same',
    passwordDB                     => 'Demo',
    demoExportedVars               => { uid => 'uid', cn => 'cn', mail => 'mail' },
    whatToTrace                    => 'uid',
    captcha                        => 'NoCaptcha',
    globalStorage                  => 'Apache::Session::File',
    globalStorageOptions           => storage('sessions'),
    persistentStorage              => 'Apache::Session::File',
    persistentStorageOptions       => storage('psessions'),
    localSessionStorage            => 'Cache::FileCache',
    localSessionStorageOptions     => cache('sessions'),
    locationRules                  => { '127.0.0.1' => { default => 'accept' } },
    issuerDBOpenIDConnectActivation => 1,
    oidcServiceMetaDataIssuer      => $portal,
    oidcServiceAllowAuthorizationCodeFlow => 1,
    oidcServicePrivateKeySig       => $key->get_private_key_string,
    oidcServicePublicKeySig        => $key->get_public_key_x509_string,
    oidcServiceKeyIdSig            => 'tests',
    oidcRPMetaDataOptions          => {
        belgie => {
            oidcRPMetaDataOptionsClientID       => $ENV{CLIENT_ID},
            oidcRPMetaDataOptionsClientSecret   => $ENV{CLIENT_SECRET},
            oidcRPMetaDataOptionsRedirectUris   => $ENV{REDIRECT_URI},
            oidcRPMetaDataOptionsIDTokenSignAlg => 'RS256',
            oidcRPMetaDataOptionsDisplayName    => 'Belgie',
        }
    },
    oidcRPMetaDataExportedVars => { belgie => { email => 'mail', name => 'cn' } },
);

mkdir "$here/conf";
write_file( 'conf/lmConf-1.json', encode_json( \%configuration ) );
write_file( 'lemonldap-ng.ini',   <<"END");
[all]
logLevel = notice
[configuration]
type = File
dirName = $here/conf
[portal]
staticPrefix = /static
templateDir = $share/templates
languages = en
END
$ENV{LLNG_DEFAULTCONFFILE} = "$here/lemonldap-ng.ini";

require Lemonldap::NG::Portal;
builder {
    mount '/static'     => Plack::App::File->new( root => "$share/htdocs/static" )->to_app;
    mount '/javascript' => Plack::App::File->new( root => '/usr/share/javascript' )->to_app;
    mount '/'           => Lemonldap::NG::Portal->run( {} );
};
