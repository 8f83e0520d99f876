#!/bin/sh
# Makes an image that can stand in for python:3.11-slim-bookworm where no registry is reachable:
# Debian 12 with its Python 3.11, from Debian's own archive. curl and redis-tools are for the
# health checks of the stand-ins (stand-ins.Dockerfile).
#
#   base-image.sh TAG        needs root, debootstrap and a Docker engine
set -eu
tag=$1
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

debootstrap --variant=minbase \
    --include=python3,python3-venv,python-is-python3,ca-certificates,curl,redis-tools \
    bookworm "$root" "$mirror"

# Whom this machine trusts, the builds must trust: a proxy may sign in the place of PyPI.
certificates=/etc/ssl/certs/ca-certificates.crt
test ! -e "$certificates" || cp -L "$certificates" "$root$certificates"

tar -C "$root" --exclude='./dev/*' --exclude='./var/cache/apt/archives/*.deb' -c . |
    docker import \
        --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
        --change "ENV SSL_CERT_FILE=$certificates PIP_CERT=$certificates" \
        --change 'CMD ["python3"]' \
        - "$tag"
