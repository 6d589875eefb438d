/* A stand-in for the driver's NVML library, loaded by the real binding under its real name.
 *
 * It answers what the file named by STANDIN_NVML says whenever it begins or counts its cards, one setting a line:
 *   init <code>      what nvmlInit returns            hang             nvmlInit never returns
 *   driver <text>    cuda <number>                    old              there is no second memory question
 *   card <15 fields separated by |>: name uuid total free used reserved bus_bits clock_mhz major minor
 *        generation width generation_max width_max handle_code; a field of - is "not supported" (code 3)
 *   fail <function> <code>           what that function returns, whatever else is said
 *   set <function> <card> <numbers>  what that function tells of a card, in the order of its results
 *   process <card> <compute|graphics> <pid> <bytes> <name>     a program that holds memory
 *   slice <card> <total> <free> <used> <name>                  a part of a card that is cut up (MIG)
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

enum { SETTINGS = 64, NUMBERS = 4, FIRST_SLICE = 100 };
static struct { char function[64]; int code; } refusals[SETTINGS];
static struct { char function[64]; unsigned card; unsigned long long number[NUMBERS]; } facts[SETTINGS];
static struct { unsigned card, pid; int graphics; unsigned long long bytes; char name[256]; } processes[SETTINGS];
static struct { unsigned card; unsigned long long total, free, used; char name[96]; } slices[SETTINGS];
static unsigned refusal_count, fact_count, process_count, slice_count;

/* The code a function is told to fail with, 0 for none. */
static int refused(const char *function) {
    for (unsigned i = 0; i < refusal_count; i++)
        if (!strcmp(refusals[i].function, function)) return refusals[i].code;
    return SUCCESS;
}
#define MAY_FAIL do { int code_ = refused(__func__); if (code_) return code_; } while (0)

static void read_more(const char *line) {
    if (sscanf(line, "fail %63s %d", refusals[refusal_count].function, &refusals[refusal_count].code) == 2) {
        refusal_count++;
    } else if (!strncmp(line, "set ", 4)) {
        unsigned long long *n = facts[fact_count].number;
        if (sscanf(line, "set %63s %u %llu %llu %llu %llu", facts[fact_count].function, &facts[fact_count].card, n,
                   n + 1, n + 2, n + 3) > 2) fact_count++;
    } else if (!strncmp(line, "process ", 8)) {
        char kind[16];
        if (sscanf(line, "process %u %15s %u %llu %255[^\n]", &processes[process_count].card, kind,
                   &processes[process_count].pid, &processes[process_count].bytes, processes[process_count].name) == 5) {
            processes[process_count].graphics = kind[0] == 'g';
            process_count++;
        }
    } else if (sscanf(line, "slice %u %llu %llu %llu %95[^\n]", &slices[slice_count].card, &slices[slice_count].total,
                      &slices[slice_count].free, &slices[slice_count].used, slices[slice_count].name) == 5) {
        slice_count++;
    }
}

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
    card_count = refusal_count = fact_count = process_count = slice_count = 0;
    init_code = hangs = old = 0;
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (!strncmp(line, "card ", 5) && card_count < CARDS) read_card(line + 5);
        else if (!strncmp(line, "init ", 5)) init_code = atoi(line + 5);
        else if (!strncmp(line, "driver ", 7)) snprintf(driver, sizeof driver, "%s", line + 7);
        else if (!strncmp(line, "cuda ", 5)) cuda = atoi(line + 5);
        else if (!strcmp(line, "hang")) hangs = 1;
        else if (!strcmp(line, "old")) old = 1;
        else read_more(line);
    }
    if (file) fclose(file);
}

static const char *field(void *handle, int which) {
    static char text[3][96];
    size_t number = (size_t)handle - 1;
    if (number < FIRST_SLICE) return cards[number].field[which];
    number -= FIRST_SLICE;
    if (which == NAME) return slices[number].name;
    if (which == UUID) { snprintf(text[0], sizeof text[0], "MIG-%zu", number); return text[0]; }
    if (which == RESERVED) return "0";
    if (which > RESERVED) return "-";
    snprintf(text[1], sizeof text[1], "%llu",
             which == TOTAL ? slices[number].total : which == FREE ? slices[number].free : slices[number].used);
    return text[1];
}

/* The numbers that were set for a function of a card; "not supported" where none were. */
static int told(const char *function, void *handle, unsigned long long *out) {
    for (unsigned i = 0; i < fact_count; i++)
        if (!strcmp(facts[i].function, function) && facts[i].card + 1 == (size_t)handle) {
            memcpy(out, facts[i].number, sizeof facts[i].number);
            return SUCCESS;
        }
    return NOT_SUPPORTED;
}

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
int nvmlDeviceGetCount_v2(unsigned *count) {
    /* Cards come and go while the driver runs. */
    read_settings();
    MAY_FAIL;
    *count = card_count;
    return SUCCESS;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **handle) {
    MAY_FAIL;
    if (index >= card_count) return INVALID;
    *handle = (void *)(size_t)(index + 1);
    return atoi(field(*handle, HANDLE));
}
int nvmlSystemGetDriverVersion(char *out, unsigned length) { MAY_FAIL; snprintf(out, length, "%s", driver); return SUCCESS; }
int nvmlSystemGetCudaDriverVersion_v2(int *out) { MAY_FAIL; *out = cuda; return SUCCESS; }
int nvmlDeviceGetName(void *handle, char *out, unsigned length) { MAY_FAIL; return text(handle, NAME, out, length); }
int nvmlDeviceGetUUID(void *handle, char *out, unsigned length) { MAY_FAIL; return text(handle, UUID, out, length); }

struct memory { unsigned long long total, free, used; };
int nvmlDeviceGetMemoryInfo(void *handle, struct memory *out) {
    MAY_FAIL;
    if (number(handle, TOTAL, &out->total)) return NOT_SUPPORTED;
    if (number(handle, FREE, &out->free)) return NOT_SUPPORTED;
    return number(handle, USED, &out->used);
}
struct memory_v2 { unsigned version; unsigned long long total, reserved, free, used; };
int nvmlDeviceGetMemoryInfo_v2(void *handle, struct memory_v2 *out) {
    MAY_FAIL;
    if (old) return NOT_SUPPORTED;
    if (number(handle, TOTAL, &out->total)) return NOT_SUPPORTED;
    if (number(handle, RESERVED, &out->reserved)) return NOT_SUPPORTED;
    if (number(handle, FREE, &out->free)) return NOT_SUPPORTED;
    return number(handle, USED, &out->used);
}
int nvmlDeviceGetMemoryBusWidth(void *handle, unsigned *out) { MAY_FAIL; return small(handle, BITS, out); }
int nvmlDeviceGetMaxClockInfo(void *handle, int kind, unsigned *out) {
    MAY_FAIL;
    return kind == 2 ? small(handle, CLOCK, out) : INVALID;
}
int nvmlDeviceGetCudaComputeCapability(void *handle, int *major, int *minor) {
    MAY_FAIL;
    unsigned first = 0, second = 0;
    int code = small(handle, MAJOR, &first) | small(handle, MINOR, &second);
    *major = (int)first;
    *minor = (int)second;
    return code;
}
int nvmlDeviceGetCurrPcieLinkGeneration(void *handle, unsigned *out) { MAY_FAIL; return small(handle, GEN, out); }
int nvmlDeviceGetCurrPcieLinkWidth(void *handle, unsigned *out) { MAY_FAIL; return small(handle, WIDTH, out); }
int nvmlDeviceGetMaxPcieLinkGeneration(void *handle, unsigned *out) { MAY_FAIL; return small(handle, GEN_MAX, out); }
int nvmlDeviceGetMaxPcieLinkWidth(void *handle, unsigned *out) { MAY_FAIL; return small(handle, WIDTH_MAX, out); }

struct pci_info { char legacy[16]; unsigned domain, bus, device, id, subsystem; char bus_id[32]; };
int nvmlDeviceGetPciInfo_v3(void *handle, struct pci_info *out) {
    MAY_FAIL;
    unsigned long long n[NUMBERS] = {0};
    int code = told(__func__, handle, n);
    out->domain = (unsigned)n[0];
    out->bus = (unsigned)n[1];
    out->device = (unsigned)n[2];
    return code;
}
struct bar1 { unsigned long long total, free, used; };
int nvmlDeviceGetBAR1MemoryInfo(void *handle, struct bar1 *out) {
    MAY_FAIL;
    unsigned long long n[NUMBERS] = {0};
    int code = told(__func__, handle, n);
    *out = (struct bar1){n[0], n[1], n[2]};
    return code;
}
static int one(const char *function, void *handle, unsigned *out) {
    unsigned long long n[NUMBERS] = {0};
    int code = told(function, handle, n);
    *out = (unsigned)n[0];
    return code;
}
static int two(const char *function, void *handle, unsigned *first, unsigned *second) {
    unsigned long long n[NUMBERS] = {0};
    int code = told(function, handle, n);
    *first = (unsigned)n[0];
    *second = (unsigned)n[1];
    return code;
}
int nvmlDeviceGetEccMode(void *handle, unsigned *now, unsigned *next) { MAY_FAIL; return two(__func__, handle, now, next); }
int nvmlDeviceGetDriverModel_v2(void *handle, unsigned *now, unsigned *next) {
    MAY_FAIL;
    return two(__func__, handle, now, next);
}
int nvmlDeviceGetDisplayActive(void *handle, unsigned *out) { MAY_FAIL; return one(__func__, handle, out); }
int nvmlDeviceGetPerformanceState(void *handle, unsigned *out) { MAY_FAIL; return one(__func__, handle, out); }
int nvmlDeviceGetMigMode(void *handle, unsigned *now, unsigned *next) {
    MAY_FAIL;
    return two(__func__, handle, now, next);
}
int nvmlDeviceGetMaxMigDeviceCount(void *handle, unsigned *out) { MAY_FAIL; (void)handle; *out = 7; return SUCCESS; }
int nvmlDeviceGetMigDeviceHandleByIndex(void *handle, unsigned index, void **out) {
    MAY_FAIL;
    for (unsigned i = 0; i < slice_count; i++)
        if (slices[i].card + 1 == (size_t)handle && !index--) {
            *out = (void *)(size_t)(FIRST_SLICE + i + 1);
            return SUCCESS;
        }
    return NOT_FOUND;
}
int nvmlDeviceGetNvLinkState(void *handle, unsigned link, unsigned *out) {
    MAY_FAIL;
    unsigned links = 0;
    int code = one(__func__, handle, &links);
    *out = 1;
    return code ? code : link < links ? SUCCESS : INVALID;
}
int nvmlDeviceGetNvLinkVersion(void *handle, unsigned link, unsigned *out) {
    MAY_FAIL;
    (void)link;
    return one(__func__, handle, out);
}
struct process { unsigned pid; unsigned long long bytes; unsigned instance, compute_instance; };
enum { INSUFFICIENT_SIZE = 7 };
static int list(void *handle, int graphics, unsigned *count, struct process *out) {
    unsigned found = 0, room = *count;
    for (unsigned i = 0; i < process_count; i++) {
        if (processes[i].card + 1 != (size_t)handle || processes[i].graphics != graphics) continue;
        if (out && found < room) out[found] = (struct process){processes[i].pid, processes[i].bytes, 0, 0};
        found++;
    }
    *count = found;
    return found > room ? INSUFFICIENT_SIZE : SUCCESS;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *handle, unsigned *count, struct process *out) {
    MAY_FAIL;
    return list(handle, 0, count, out);
}
int nvmlDeviceGetGraphicsRunningProcesses_v3(void *handle, unsigned *count, struct process *out) {
    MAY_FAIL;
    return list(handle, 1, count, out);
}
int nvmlSystemGetProcessName(unsigned pid, char *out, unsigned length) {
    MAY_FAIL;
    for (unsigned i = 0; i < process_count; i++)
        if (processes[i].pid == pid) {
            snprintf(out, length, "%s", processes[i].name);
            return SUCCESS;
        }
    return NOT_FOUND;
}
