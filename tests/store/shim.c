/* Stands between a process and its disk: the n-th write, sync or truncation inside of one folder fails.
 *
 * TOLLGATE_FAIL_IN    the folder; a file in it whose name ends in `-arm` begins the counting when it is opened, one in `-disarm` ends it
 * TOLLGATE_FAIL_AT    which call fails, counted from 1; 0 for none
 * TOLLGATE_FAIL_WITH  the error's number
 * TOLLGATE_FAIL_ON    1 if every call after it fails as well
 * TOLLGATE_FAIL_OPEN  1 if nothing in the folder can be opened for writing, as on a read-only disk
 *
 * The first call that fails leaves a file `fired` in the folder. A write that fails has written half of what it should.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int armed;
static long count;

static const char *folder(void) { return getenv("TOLLGATE_FAIL_IN"); }
static long number(const char *name) { const char *text = getenv(name); return text ? atol(text) : 0; }

static int inside(const char *path) {
    const char *in = folder();
    return in && strncmp(path, in, strlen(in)) == 0;
}

static int ends(const char *path, const char *end) {
    size_t length = strlen(path), part = strlen(end);
    return length >= part && strcmp(path + length - part, end) == 0;
}

static int real_open(const char *path, int flags, mode_t mode) {
    static int (*real)(const char *, int, ...);
    if (!real) real = dlsym(RTLD_NEXT, "open64");
    return real(path, flags, mode);
}

/* Whether this call is the one that fails. */
static int fails(int fd) {
    char link[64], path[4096];
    int result = 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    if (!inside(path)) return 0;
    pthread_mutex_lock(&guard);
    long at = number("TOLLGATE_FAIL_AT");
    if (armed && at > 0) {
        count++;
        result = count == at || (count > at && number("TOLLGATE_FAIL_ON"));
        if (count == at) {
            char mark[4200];
            snprintf(mark, sizeof mark, "%s/fired", folder());
            int made = real_open(mark, O_CREAT | O_WRONLY, 0600);
            if (made >= 0) close(made);
        }
    }
    pthread_mutex_unlock(&guard);
    return result;
}

static int failed(void) { errno = (int)number("TOLLGATE_FAIL_WITH"); return -1; }

static int opened(const char *path, int flags, mode_t mode) {
    if (inside(path)) {
        if (number("TOLLGATE_FAIL_OPEN") && (flags & (O_WRONLY | O_RDWR | O_CREAT))) { errno = EROFS; return -1; }
        if (ends(path, "-arm")) armed = 1;
        if (ends(path, "-disarm")) armed = 0;
    }
    return real_open(path, flags, mode);
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & O_CREAT) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { MODE(flags) return opened(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(path, flags, mode); }

ssize_t write(int fd, const void *bytes, size_t size) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    if (fails(fd)) { (void)!real(fd, bytes, size / 2); return failed(); }
    return real(fd, bytes, size);
}

static ssize_t write_at(int fd, const void *bytes, size_t size, off64_t offset) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
    if (fails(fd)) { (void)!real(fd, bytes, size / 2, offset); return failed(); }
    return real(fd, bytes, size, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) { return write_at(fd, bytes, size, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) { return write_at(fd, bytes, size, offset); }

#define ON_FILE(name) \
    int name(int fd) { \
        static int (*real)(int); \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        return fails(fd) ? failed() : real(fd); \
    }
ON_FILE(fsync)
ON_FILE(fdatasync)

static int truncated(int fd, off64_t size) {
    static int (*real)(int, off64_t);
    if (!real) real = dlsym(RTLD_NEXT, "ftruncate64");
    return fails(fd) ? failed() : real(fd, size);
}

int ftruncate(int fd, off_t size) { return truncated(fd, size); }
int ftruncate64(int fd, off64_t size) { return truncated(fd, size); }
