/* Maps the running set's system partition read-only through dm-verity, with the root hash from the signed command line.
 * Reads of a block that does not match fail with EIO; the rest of the image stays readable, so a damaged file
 * ends the program that needs it and not the repair. (Linux Documentation/admin-guide/device-mapper/verity.rst) */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NAME "gk-system"

enum { BLOCK = 4096, SECTORS_A_BLOCK = BLOCK / 512 };

struct request {
    struct dm_ioctl head;
    struct dm_target_spec target;
    char parameters[512];
};

static void prepare(struct request *request, unsigned flags)
{
    memset(request, 0, sizeof *request);
    request->head.version[0] = DM_VERSION_MAJOR;
    request->head.data_size = sizeof *request;
    request->head.data_start = offsetof(struct request, target);
    request->head.flags = flags;
    snprintf(request->head.name, sizeof request->head.name, NAME);
}

static bool load(int control, const char *device, const struct options *options)
{
    struct request request;
    struct stat node;
    if (stat(device, &node) != 0 || !S_ISBLK(node.st_mode))
        return false;
    prepare(&request, DM_READONLY_FLAG);
    request.head.target_count = 1;
    request.target.length = options->data_blocks * SECTORS_A_BLOCK;
    snprintf(request.target.target_type, sizeof request.target.target_type, "verity");
    int length = snprintf(request.parameters, sizeof request.parameters, "1 %u:%u %u:%u %d %d %llu %llu sha256 %s %s",
                          major(node.st_rdev), minor(node.st_rdev), major(node.st_rdev), minor(node.st_rdev), BLOCK, BLOCK,
                          (unsigned long long)options->data_blocks, (unsigned long long)options->data_blocks,
                          options->root_hash, options->salt);
    return length > 0 && (size_t)length < sizeof request.parameters && ioctl(control, DM_TABLE_LOAD, &request) == 0;
}

bool map_system(const char *device, const struct options *options, char *mapped, size_t size)
{
    struct request request;
    int control = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
    prepare(&request, DM_READONLY_FLAG);
    bool done = control >= 0 && ioctl(control, DM_DEV_CREATE, &request) == 0 && load(control, device, options);
    if (done) {
        prepare(&request, 0); /* DM_DEV_SUSPEND without the suspend flag resumes: the table becomes live */
        done = ioctl(control, DM_DEV_SUSPEND, &request) == 0;
    }
    if (!done)
        say("no system image: dm-verity on %s: %s", device, strerror(errno));
    else
        snprintf(mapped, size, "/dev/dm-%u", minor(request.head.dev));
    if (control >= 0)
        close(control);
    return done;
}
