#!/bin/sh
# deb.sh TARBALL FOLDER: makes Debian packages from what `make dist` made, in FOLDER. They are neither
# signed nor complete sources: for a machine of one's own, or for a repository that signs.
set -eu
tarball=$(readlink -f "$1")
folder=$2
for tool in dpkg-buildpackage dh; do
    command -v "$tool" > /dev/null || {
        echo "deb: $tool is missing (Debian packages: dpkg-dev debhelper)" >&2
        exit 1
    }
done
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
tar -xf "$tarball"
cd "$(basename "$tarball" .tar.xz)"
cp -R deploy/debian debian
dpkg-buildpackage -us -uc -b "${DEB_BUILD_JOBS:--j1}"
cd ..
if command -v lintian > /dev/null; then
    lintian --allow-root --fail-on error ./*.changes
else
    echo 'deb: lintian is missing, so the packages were not examined (Debian package: lintian)'
fi
ls -l ./*.deb
