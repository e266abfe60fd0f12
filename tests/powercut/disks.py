"""File systems in files, whose power can be cut: what the kernel has handed to the disk, and no more."""

import contextlib
import hashlib
import os
import subprocess
from pathlib import Path

SIZES = {"ext4": 64_000_000, "xfs": 335_544_320}
"""Bytes. Most of it is never written, and takes no room; xfs is not made smaller than 300 MB."""

MOST_READS = 50


def run(*words, **more):
    """A command that must succeed; what it said."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)
    if done.returncode:
        raise OSError(f"{' '.join(map(str, words))}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def make(system, image):
    """An empty file system in a file."""
    with image.open("wb") as file:
        file.truncate(SIZES[system])
    quiet = {"ext4": ("-q", "-F"), "xfs": ("-q", "-f")}[system]
    run(f"mkfs.{system}", *quiet, image)


@contextlib.contextmanager
def mounted(image, at, *options):
    """Mount a file system for the length of a `with`; its loop device goes with the mount."""
    at.mkdir(exist_ok=True)
    run("mount", "-o", ",".join(("loop", *options)), image, at)
    try:
        yield at
    finally:
        run("umount", at)


@contextlib.contextmanager
def after_the_cut(system, image, copy, at):
    """The file system as the next start of the machine finds it: its journal is replayed by the mount.

    Whoever writes to it must stand still. The kernel may be writing yet: the copy counts once two readings
    of the disk agree.
    """
    digests = [b"", _copied(image, copy)]
    while digests[-1] != digests[-2]:
        if len(digests) > MOST_READS:
            raise OSError(f"{image} does not come to rest")
        digests.append(_copied(image, copy))
    # A copy has the number of its original, which xfs would take for the same disk plugged in twice.
    with mounted(copy, at, *(["nouuid"] if system == "xfs" else [])):
        yield at
    copy.unlink()


def _copied(image, copy):
    """Copy what is in a file and leave its holes; a digest of what was read."""
    digest = hashlib.sha256()
    with image.open("rb") as source, copy.open("wb") as target:
        size = source.seek(0, os.SEEK_END)
        target.truncate(size)
        for begin, end in _written(source.fileno(), size):
            for offset in range(begin, end, 1 << 20):
                block = os.pread(source.fileno(), min(1 << 20, end - offset), offset)
                digest.update(b"%d " % offset + block)
                os.pwrite(target.fileno(), block, offset)
    return digest.digest()


def _written(fd, size):
    """From where to where a file has bytes of its own."""
    begin = end = 0
    while end < size:
        try:
            begin = os.lseek(fd, end, os.SEEK_DATA)
        except OSError:
            return
        end = os.lseek(fd, begin, os.SEEK_HOLE)
        yield begin, end


def left_mounted(folder):
    """What is still mounted in a folder, innermost first."""
    places = [line.split()[1] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    return sorted((place for place in places if place.startswith(f"{folder}/")), reverse=True)
