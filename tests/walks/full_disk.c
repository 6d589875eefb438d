/* A disk that is full, for one program and its children: loaded before the C library, it refuses to write below the
 * folder that FULL_DISK names while there is a file .full in it. */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST = 4096 };

static int on_full_disk(int file) {
    const char *disk = getenv("FULL_DISK");
    char link[64], path[LONGEST], mark[LONGEST];
    if (!disk) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    if (strncmp(path, disk, strlen(disk))) return 0;
    snprintf(mark, sizeof mark, "%s/.full", disk);
    return access(mark, F_OK) == 0;
}

ssize_t write(int file, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "write");
    if (on_full_disk(file)) {
        errno = ENOSPC;
        return -1;
    }
    return real(file, bytes, count);
}
