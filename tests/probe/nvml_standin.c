/* A stand-in for the driver's NVML library, loaded by the real binding under its real name.
 *
 * It answers what the file named by STANDIN_NVML says, one setting a line:
 *   init <code>      what nvmlInit returns            hang             nvmlInit never returns
 *   driver <text>    cuda <number>                    old              there is no second memory question
 *   card <15 fields separated by |>: name uuid total free used reserved bus_bits clock_mhz major minor
 *        generation width generation_max width_max handle_code; a field of - is "not supported" (code 3)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SUCCESS = 0, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, FIELDS = 15, CARDS = 16 };
enum { NAME, UUID, TOTAL, FREE, USED, RESERVED, BITS, CLOCK, MAJOR, MINOR, GEN, WIDTH, GEN_MAX, WIDTH_MAX, HANDLE };

static struct { char field[FIELDS][96]; } cards[CARDS];
static unsigned card_count;
static int init_code, hangs, old, cuda = 13000;
static char driver[80] = "580.65.06";

static void read_card(char *line) {
    for (int i = 0; i < FIELDS && line; i++) {
        char *field = strsep(&line, "|");
        snprintf(cards[card_count].field[i], sizeof cards[0].field[i], "%s", field);
    }
    card_count++;
}

static void read_settings(void) {
    char line[1024];
    const char *path = getenv("STANDIN_NVML");
    FILE *file = path ? fopen(path, "r") : NULL;
    card_count = 0;
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (!strncmp(line, "card ", 5) && card_count < CARDS) read_card(line + 5);
        else if (!strncmp(line, "init ", 5)) init_code = atoi(line + 5);
        else if (!strncmp(line, "driver ", 7)) snprintf(driver, sizeof driver, "%s", line + 7);
        else if (!strncmp(line, "cuda ", 5)) cuda = atoi(line + 5);
        else if (!strcmp(line, "hang")) hangs = 1;
        else if (!strcmp(line, "old")) old = 1;
    }
    if (file) fclose(file);
}

static const char *field(void *handle, int which) { return cards[(size_t)handle - 1].field[which]; }

static int number(void *handle, int which, unsigned long long *out) {
    if (!strcmp(field(handle, which), "-")) return NOT_SUPPORTED;
    *out = strtoull(field(handle, which), NULL, 10);
    return SUCCESS;
}

static int small(void *handle, int which, unsigned *out) {
    unsigned long long wide = 0;
    int code = number(handle, which, &wide);
    *out = (unsigned)wide;
    return code;
}

static int text(void *handle, int which, char *out, unsigned length) {
    if (!strcmp(field(handle, which), "-")) return NOT_SUPPORTED;
    snprintf(out, length, "%s", field(handle, which));
    return SUCCESS;
}

int nvmlInitWithFlags(unsigned flags) {
    (void)flags;
    read_settings();
    while (hangs) sleep(1);
    return init_code;
}
int nvmlShutdown(void) { return SUCCESS; }
const char *nvmlErrorString(int code) { return code == 999 ? "Unknown Error" : "an error"; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = card_count; return SUCCESS; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **handle) {
    if (index >= card_count) return INVALID;
    *handle = (void *)(size_t)(index + 1);
    return atoi(field(*handle, HANDLE));
}
int nvmlSystemGetDriverVersion(char *out, unsigned length) { snprintf(out, length, "%s", driver); return SUCCESS; }
int nvmlSystemGetCudaDriverVersion_v2(int *out) { *out = cuda; return SUCCESS; }
int nvmlDeviceGetName(void *handle, char *out, unsigned length) { return text(handle, NAME, out, length); }
int nvmlDeviceGetUUID(void *handle, char *out, unsigned length) { return text(handle, UUID, out, length); }

struct memory { unsigned long long total, free, used; };
int nvmlDeviceGetMemoryInfo(void *handle, struct memory *out) {
    if (number(handle, TOTAL, &out->total)) return NOT_SUPPORTED;
    if (number(handle, FREE, &out->free)) return NOT_SUPPORTED;
    return number(handle, USED, &out->used);
}
struct memory_v2 { unsigned version; unsigned long long total, reserved, free, used; };
int nvmlDeviceGetMemoryInfo_v2(void *handle, struct memory_v2 *out) {
    if (old) return NOT_SUPPORTED;
    if (number(handle, TOTAL, &out->total)) return NOT_SUPPORTED;
    if (number(handle, RESERVED, &out->reserved)) return NOT_SUPPORTED;
    if (number(handle, FREE, &out->free)) return NOT_SUPPORTED;
    return number(handle, USED, &out->used);
}
int nvmlDeviceGetMemoryBusWidth(void *handle, unsigned *out) { return small(handle, BITS, out); }
int nvmlDeviceGetMaxClockInfo(void *handle, int kind, unsigned *out) {
    return kind == 2 ? small(handle, CLOCK, out) : INVALID;
}
int nvmlDeviceGetCudaComputeCapability(void *handle, int *major, int *minor) {
    unsigned first = 0, second = 0;
    int code = small(handle, MAJOR, &first) | small(handle, MINOR, &second);
    *major = (int)first;
    *minor = (int)second;
    return code;
}
int nvmlDeviceGetCurrPcieLinkGeneration(void *handle, unsigned *out) { return small(handle, GEN, out); }
int nvmlDeviceGetCurrPcieLinkWidth(void *handle, unsigned *out) { return small(handle, WIDTH, out); }
int nvmlDeviceGetMaxPcieLinkGeneration(void *handle, unsigned *out) { return small(handle, GEN_MAX, out); }
int nvmlDeviceGetMaxPcieLinkWidth(void *handle, unsigned *out) { return small(handle, WIDTH_MAX, out); }
