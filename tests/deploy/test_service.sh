#!/bin/sh
# The systemd units: systemd understands them, and the service is as confined as is promised.
: "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}" "${builddir:=.}"
command -v systemd-analyze > /dev/null || { echo 'skipped: systemd-analyze is missing (Debian package: systemd)'; exit 77; }
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
count=0
failures=0

check() { # what, command...
    what=$1
    shift
    count=$((count + 1))
    if ! "$@" > "$tmp/said" 2>&1; then
        failures=$((failures + 1))
        echo "$what:"
        cat "$tmp/said"
    fi
}

# Paths of the installed programs, which need not be there: /bin/true stands for them.
sed 's,@sbindir@/cupeld,/bin/true,' "$srcdir/deploy/cupeld.service.in" > "$tmp/cupeld.service"
cp "$srcdir/deploy/cupeld.socket" "$tmp"

understood() {
    # man pages are looked for too; they are not installed.
    systemd-analyze verify --man=no --recursive-errors=no "$tmp/cupeld.service" "$tmp/cupeld.socket" > "$tmp/verify" 2>&1
    status=$?
    grep -E 'cupeld\.(service|socket)' "$tmp/verify" && return 1
    return $status
}
check 'systemd-analyze verify' understood
check 'exposure above 1.5' systemd-analyze security --offline=true --threshold=15 --no-pager "$tmp/cupeld.service"
grep -o 'Overall exposure.*' "$tmp/said"

# Lines that the manual promises.
for line in 'Type=notify' 'WatchdogSec=60' 'DynamicUser=yes' 'StateDirectory=cupel' 'UMask=0077' \
    'LoadCredential=cupel.tls_key' 'ExecReload=/bin/kill -HUP $MAINPID'; do
    check "the service lacks $line" grep -qxF "$line" "$tmp/cupeld.service"
done
echo "$((count - failures)) passed, $failures failed"
[ $failures -eq 0 ]
