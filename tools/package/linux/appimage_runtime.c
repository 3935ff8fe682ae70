/* The small program in front of an AppImage (type 2). What follows its own end in the file is a squashfs that holds EcoMap.
 *
 * It mounts the squashfs through FUSE and starts AppRun in it; nothing is unpacked. Where there is no /dev/fuse, or no fusermount3 for
 * a user without rights, it unpacks into the user's own cache once, and starts from there the next times. No root, no network, no
 * other process but the one that serves the files, which ends with the program.
 *
 *   --appimage-offset            where the squashfs begins, in bytes
 *   --appimage-extract [DIR]     unpack into DIR (squashfs-root)
 *   --appimage-extract-and-run   unpack into the cache and start, without FUSE; so does APPIMAGE_EXTRACT_AND_RUN=1
 *   --appimage-mount             mount, say where, and wait for the end (Ctrl+C)
 *   --appimage-version, --appimage-help
 *
 * AppRun is given APPIMAGE (this file), APPDIR (where its contents are), ARGV0 (how it was called) and OWD (where from).
 *
 * Built by tools/package/appimage.py:  cc -static appimage_runtime.c -lsquashfuse_ll -lfuse3 -lzstd -lpthread
 * Linked in: squashfuse (BSD, 2 clauses), libfuse (LGPL 2.1), zstd (BSD), the C library (LGPL 2.1). This source and those of the
 * distribution are all that is needed to link it again with others. squashfuse also knows LZO (GPL), LZ4, XZ and zlib: the
 * squashfs is packed with zstd, so these are answered here with an error instead of being linked.
 */
#define _GNU_SOURCE
#define FUSE_USE_VERSION 32
#include <squashfuse/ll.h>
#include <squashfuse/traverse.h>
#include <squashfuse/util.h>

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLACE PATH_MAX

/* ---- what squashfuse asks of packings that EcoMap's squashfs does not use ---- */
int lzo1x_decompress_safe(const void *in, size_t n, void *out, size_t *m, void *work) { (void)in; (void)n; (void)out; (void)m; (void)work; return -1; }
int LZ4_decompress_safe(const char *in, char *out, int n, int m) { (void)in; (void)out; (void)n; (void)m; return -1; }
int lzma_stream_buffer_decode(void *memory, int flags, const void *how, const void *in, size_t *at, size_t n, void *out, size_t *to, size_t m) {
    (void)memory; (void)flags; (void)how; (void)in; (void)at; (void)n; (void)out; (void)to; (void)m; return 9; /* LZMA_DATA_ERROR */ }
int uncompress(void *out, unsigned long *m, const void *in, unsigned long n) { (void)out; (void)m; (void)in; (void)n; return -3; /* Z_DATA_ERROR */ }

static void die(const char *what, const char *which) {
    fprintf(stderr, "EcoMap could not be started: %s%s%s (%s).\n", what, *which ? " " : "", which, errno ? strerror(errno) : "no reason known");
    exit(127);
}

/* A path of two parts; the program ends where it would be cut. */
static void join(char *into, const char *first, const char *rest) {
    if (snprintf(into, PLACE, "%s%s", first, rest) >= PLACE) { errno = ENAMETOOLONG; die("a path is too long:", first); }
}

/* Where the ELF ends: behind its table of sections, or behind the last section where the table stands before it. */
static size_t own_length(const char *image) {
    int fd = open(image, O_RDONLY | O_CLOEXEC);
    Elf64_Ehdr head;
    if (fd < 0 || pread(fd, &head, sizeof head, 0) != sizeof head || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0) die("this file is not whole:", image);
    size_t end = head.e_shoff + (size_t)head.e_shnum * head.e_shentsize;
    for (int i = 0; i < head.e_shnum; i++) {
        Elf64_Shdr one;
        if (pread(fd, &one, sizeof one, (off_t)(head.e_shoff + (size_t)i * head.e_shentsize)) != sizeof one) die("this file is not whole:", image);
        if (one.sh_type != SHT_NOBITS && one.sh_offset + one.sh_size > end) end = one.sh_offset + one.sh_size;
    }
    close(fd);
    return end;
}

/* ---- unpacking ---- */
static void write_file(sqfs *fs, sqfs_inode *inode, const char *path) {
    static char buffer[1 << 20];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) die("cannot write", path);
    for (sqfs_off_t at = 0; at < (sqfs_off_t)inode->xtra.reg.file_size;) {
        sqfs_off_t some = sizeof buffer;
        if (sqfs_read_range(fs, inode, at, &some, buffer) != SQFS_OK || some <= 0) { errno = EIO; die("cannot unpack", path); }
        for (sqfs_off_t done = 0; done < some;) {
            ssize_t now = write(fd, buffer + done, (size_t)(some - done));
            if (now < 0 && errno == EINTR) continue;
            if (now < 0) die("cannot write", path);
            done += now;
        }
        at += some;
    }
    if (fchmod(fd, inode->base.mode & 0755) != 0 || close(fd) != 0) die("cannot write", path);
}

static void unpack(const char *image, size_t offset, const char *into) {
    sqfs fs;
    sqfs_traverse walk;
    sqfs_err failed = SQFS_OK;
    errno = 0;
    if (sqfs_open_image(&fs, image, offset) != SQFS_OK || sqfs_traverse_open(&walk, &fs, sqfs_inode_root(&fs)) != SQFS_OK) die("its contents cannot be read:", image);
    while (sqfs_traverse_next(&walk, &failed)) {
        char path[PLACE], below[PLACE];
        sqfs_inode inode;
        if (walk.dir_end) continue;
        join(below, "/", walk.path);
        join(path, into, below);
        if (sqfs_inode_get(&fs, &inode, sqfs_dentry_inode(&walk.entry)) != SQFS_OK) { errno = EIO; die("cannot unpack", path); }
        if (S_ISDIR(inode.base.mode)) {
            if (mkdir(path, 0755) != 0) die("cannot make", path);
        } else if (S_ISLNK(inode.base.mode)) {
            char target[PLACE];
            size_t room = sizeof target;
            if (sqfs_readlink(&fs, &inode, target, &room) != SQFS_OK || symlink(target, path) != 0) die("cannot make", path);
        } else if (S_ISREG(inode.base.mode)) {
            write_file(&fs, &inode, path);
        }
    }
    if (failed != SQFS_OK) { errno = EIO; die("its contents cannot be read:", image); }
    sqfs_traverse_close(&walk);
    sqfs_destroy(&fs);
}

/* A folder that belongs to this user and that nobody else can write into. */
static int is_private(const char *path) {
    struct stat is;
    return lstat(path, &is) == 0 && S_ISDIR(is.st_mode) && is.st_uid == geteuid() && (is.st_mode & 022) == 0;
}

/* The folder in the user's cache, made where it is missing; in the folder for passing files, under the user's number, where there is no cache. */
static void cache(char *into) {
    const char *set = getenv("XDG_CACHE_HOME"), *home = getenv("HOME"), *passing = getenv("TMPDIR");
    char own[64];
    if (set && *set == '/') join(into, set, "");
    else if (home && *home == '/') join(into, home, "/.cache");
    else *into = '\0';
    if (*into) {
        char base[PLACE];
        join(base, into, "");
        mkdir(base, 0700);
        join(into, base, "/EcoMap-appimage");
        mkdir(into, 0700);
        if (is_private(into) && access(into, W_OK) == 0) return;
    }
    snprintf(own, sizeof own, "/EcoMap-appimage-%u", (unsigned)geteuid());
    join(into, passing && *passing == '/' ? passing : "/tmp", own);
    mkdir(into, 0700);
    if (!is_private(into)) { errno = EPERM; die("no folder of your own to unpack into:", into); }
}

/* Where this very file is unpacked, or will be: named after the head of its squashfs (when it was made, how large it is). */
static void unpacked(const char *image, size_t offset, char *into) {
    unsigned char head[96];
    unsigned long long sum = 14695981039346656037ULL; /* FNV-1a */
    char folder[PLACE], name[32], fresh[PLACE];
    int fd = open(image, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || pread(fd, head, sizeof head, (off_t)offset) != sizeof head) die("this file is not whole:", image);
    close(fd);
    for (size_t i = 0; i < sizeof head; i++) sum = (sum ^ head[i]) * 1099511628211ULL;
    cache(folder);
    snprintf(name, sizeof name, "/%016llx", sum);
    join(into, folder, name);
    if (is_private(into)) return; /* it has its last name only once it is whole */
    join(fresh, into, ".XXXXXX");
    if (mkdtemp(fresh) == NULL) die("cannot make", fresh);
    fprintf(stderr, "EcoMap is unpacked into %s, once ...\n", folder);
    unpack(image, offset, fresh);
    if (rename(fresh, into) != 0) { /* another start was quicker */
        if (is_private(into)) return;
        die("cannot make", into);
    }
}

/* ---- mounting ---- */
static const struct fuse_lowlevel_ops SERVED = {
    .getattr = sqfs_ll_op_getattr, .opendir = sqfs_ll_op_opendir, .releasedir = sqfs_ll_op_releasedir, .readdir = sqfs_ll_op_readdir,
    .lookup = sqfs_ll_op_lookup, .open = sqfs_ll_op_open, .create = sqfs_ll_op_create, .release = sqfs_ll_op_release,
    .read = sqfs_ll_op_read, .readlink = sqfs_ll_op_readlink, .forget = sqfs_ll_op_forget, .statfs = stfs_ll_op_statfs,
};

/* Serves the files until nobody holds the other end of `alive` any more. Says one byte to `ready` once they are there. */
static void serve(const char *image, size_t offset, const char *place, int alive, int ready) {
    char *words[] = {"ecomap", "-oro,nodev,nosuid,fsname=EcoMap,subtype=squashfuse", NULL};
    struct fuse_args args = FUSE_ARGS_INIT(2, words);
    struct fuse_lowlevel_ops served = SERVED;
    sqfs_ll_chan channel;
    sqfs_ll *contents = sqfs_ll_open(image, offset);
    pid_t served_by = getpid(), watcher;
    if (contents == NULL || sqfs_ll_mount(&channel, place, &args, &served, sizeof served, contents) != SQFS_OK) _exit(1);
    signal(SIGINT, SIG_IGN); /* Ctrl+C is for the program; this goes when the program is gone */
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    if (fuse_set_signal_handlers(channel.session) == -1) { sqfs_ll_unmount(&channel, place); _exit(1); }
    watcher = fork();
    if (watcher == 0) {
        char nothing;
        close(ready);
        close(channel.fd);
        while (read(alive, &nothing, 1) < 0 && errno == EINTR) {}
        kill(served_by, SIGTERM);
        _exit(0);
    }
    close(alive);
    if (watcher < 0 || write(ready, "", 1) != 1) { sqfs_ll_unmount(&channel, place); _exit(1); }
    close(ready);
    fuse_session_loop(channel.session);
    fuse_remove_signal_handlers(channel.session);
    sqfs_ll_unmount(&channel, place);
    rmdir(place);
    kill(watcher, SIGKILL);
    _exit(0);
}

/* Whether the squashfs is mounted at `place`; its server lives as long as the descriptor left in `held` is open somewhere. */
static int mounted(const char *image, size_t offset, char *place, int *held) {
    const char *passing = getenv("TMPDIR");
    int alive[2], ready[2];
    char byte;
    ssize_t told;
    if (access("/dev/fuse", R_OK | W_OK) != 0) return 0;
    join(place, passing && *passing == '/' ? passing : "/tmp", "/.mount_EcoMapXXXXXX");
    if (mkdtemp(place) == NULL || pipe(alive) != 0 || pipe(ready) != 0) return 0;
    pid_t server = fork();
    if (server == 0) {
        close(alive[1]);
        close(ready[0]);
        if (fork() != 0) _exit(0); /* nobody has to wait for it */
        setpgid(0, 0); /* Ctrl+C in a terminal is not for it; in the program's session it has the program's share of the processor */
        serve(image, offset, place, alive[0], ready[1]);
    }
    close(alive[0]);
    close(ready[1]);
    if (server > 0) waitpid(server, NULL, 0);
    do told = read(ready[0], &byte, 1); while (told < 0 && errno == EINTR);
    close(ready[0]);
    if (told != 1) { close(alive[1]); rmdir(place); return 0; }
    *held = alive[1]; /* not closed on exec: AppRun holds it, and what AppRun becomes */
    return 1;
}

static void start(const char *image, const char *place, char **argv) {
    char program[PLACE], here[PLACE];
    join(program, place, "/AppRun");
    setenv("APPIMAGE", image, 1);
    setenv("APPDIR", place, 1);
    setenv("ARGV0", argv[0], 1);
    if (getcwd(here, sizeof here) != NULL) setenv("OWD", here, 1);
    execv(program, argv);
    die("cannot start", program);
}

static int is(const char *given, const char *option) { return given != NULL && strcmp(given, option) == 0; }

int main(int argc, char **argv) {
    char image[PLACE], place[PLACE];
    const char *asked = argc > 1 ? argv[1] : NULL, *always = getenv("APPIMAGE_EXTRACT_AND_RUN");
    int held = -1, unpacking = always != NULL && is(always, "1");
    ssize_t length = readlink("/proc/self/exe", image, sizeof image - 1);
    if (length >= 0) image[length] = '\0';
    else if (realpath((const char *)getauxval(AT_EXECFN), image) == NULL) die("it does not find itself:", argv[0]); /* no /proc here */
    size_t offset = own_length(image);
    if (is(asked, "--appimage-offset")) { printf("%zu\n", offset); return 0; }
    if (is(asked, "--appimage-version")) { puts("EcoMap's own AppImage runtime, type 2"); return 0; }
    if (is(asked, "--appimage-help")) {
        puts("--appimage-offset | --appimage-extract [DIR] | --appimage-extract-and-run ... | --appimage-mount | --appimage-version");
        return 0;
    }
    if (is(asked, "--appimage-extract")) {
        const char *into = argc > 2 ? argv[2] : "squashfs-root";
        if (mkdir(into, 0755) != 0) die("cannot make", into);
        unpack(image, offset, into);
        puts(into);
        return 0;
    }
    if (is(asked, "--appimage-mount")) {
        if (!mounted(image, offset, place, &held)) die("no FUSE here", "");
        puts(place);
        fflush(stdout);
        pause();
        return 0;
    }
    if (is(asked, "--appimage-extract-and-run")) {
        unpacking = 1;
        argv[1] = argv[0];
        argv++;
    }
    if (unpacking || !mounted(image, offset, place, &held)) unpacked(image, offset, place);
    start(image, place, argv);
}
