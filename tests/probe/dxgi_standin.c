/* Stand-ins for Windows' dxgi and dxcore: objects whose tables have their methods where the SDK's headers put them.
 * Four adapters: a Radeon, Intel graphics in the processor, the Radeon again (as a second output lists it), and
 * Windows' own renderer. Nothing else is answered: any other place of a table is empty.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef int32_t result;
enum { OK = 0, NOT_FOUND = (int32_t)0x887A0002, NO_INTERFACE = (int32_t)0x80004002, ADAPTERS = 4 };
struct object { void **table; int number; };
struct description {
    uint16_t name[128];
    uint32_t vendor, device, subsystem, revision;
    size_t dedicated, dedicated_system, shared;
    uint8_t luid[8];
    uint32_t flags;
};
static const struct { const char *name; uint32_t vendor, device; size_t dedicated, shared; uint32_t flags; int luid; }
    known[ADAPTERS] = {
        {"AMD Radeon RX 7900 XTX", 0x1002, 0x744c, 25753026560u, 34000000000u, 0, 1},
        {"Intel(R) UHD Graphics 770", 0x8086, 0x4680, 134217728u, 34000000000u, 0, 2},
        {"AMD Radeon RX 7900 XTX", 0x1002, 0x744c, 25753026560u, 34000000000u, 0, 1},
        {"Microsoft Basic Render Driver", 0x1414, 0x8c, 0, 0, 2, 3},
};
static int open_objects;
static const uint8_t third[16] = {0xa4, 0x67, 0x59, 0x64, 0x92, 0x13, 0x10, 0x43, 0xa7, 0x98, 0x80, 0x53, 0xce, 0x3e, 0x93, 0xfd};

int open_count(void) { return open_objects; }
static uint32_t release(struct object *self) { (void)self; open_objects--; return 0; }
static result describe(struct object *self, struct description *out) {
    memset(out, 0, sizeof *out);
    for (size_t i = 0; known[self->number].name[i]; i++) out->name[i] = (uint8_t)known[self->number].name[i];
    out->vendor = known[self->number].vendor;
    out->device = known[self->number].device;
    out->dedicated = known[self->number].dedicated;
    out->shared = known[self->number].shared;
    out->luid[0] = (uint8_t)known[self->number].luid;
    out->flags = known[self->number].flags;
    return OK;
}
static result query(struct object *self, const uint8_t *id, struct object **out) {
    if (memcmp(id, third, sizeof third)) return NO_INTERFACE;
    open_objects++;
    *out = self;
    return OK;
}
static result memory(struct object *self, uint32_t node, uint32_t group, uint64_t *out) {
    if (node || group || self->number == 1) return NO_INTERFACE;
    out[0] = 24000000000u;
    out[1] = 1000;
    return OK;
}
static void *adapter_table[] = {query, NULL, release, NULL, NULL, NULL, NULL, NULL, NULL, NULL, describe, NULL, NULL, NULL, memory};
static struct object adapters[ADAPTERS] = {{adapter_table, 0}, {adapter_table, 1}, {adapter_table, 2}, {adapter_table, 3}};
static result enumerate(struct object *self, uint32_t number, struct object **out) {
    (void)self;
    if (number >= ADAPTERS) return NOT_FOUND;
    open_objects++;
    *out = &adapters[number];
    return OK;
}
static void *factory_table[] = {NULL, NULL, release, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, enumerate};
static struct object factory = {factory_table, 0};
result CreateDXGIFactory1(const uint8_t *id, struct object **out) {
    (void)id;
    open_objects++;
    *out = &factory;
    return OK;
}

static result property(struct object *self, uint32_t which, size_t size, uint8_t *out) {
    if (which != 12 || size != 1) return NO_INTERFACE;
    *out = self->number == 2;
    return OK;
}
static void *core_table[] = {NULL, NULL, release, NULL, NULL, NULL, property};
static struct object cores[ADAPTERS] = {{core_table, 0}, {core_table, 1}, {core_table, 2}, {core_table, 3}};
static result by_luid(struct object *self, const uint8_t *luid, const uint8_t *id, struct object **out) {
    (void)self;
    (void)id;
    open_objects++;
    *out = &cores[luid[0]];
    return OK;
}
static void *core_factory_table[] = {NULL, NULL, release, NULL, by_luid};
static struct object core_factory = {core_factory_table, 0};
result DXCoreCreateAdapterFactory(const uint8_t *id, struct object **out) {
    (void)id;
    open_objects++;
    *out = &core_factory;
    return OK;
}
