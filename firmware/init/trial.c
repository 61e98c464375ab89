/* gatekeeperd confirms a trial with one write of BootOrder. init looks at the same two variables and needs no other word:
 * a gatekeeperd that lies to init still has to make the confirmation true. */
#include "init.h"

#define GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define VARIABLES "/sys/firmware/efi/efivars/"

/* First 16-bit number of a variable: efivarfs puts 4 bytes of attributes before the data. */
static bool first_number(const char *path, uint16_t *number)
{
    uint8_t bytes[4 + 2 * 512 + 1];
    ssize_t length = read_file(path, bytes, sizeof bytes);
    if (length < 6)
        return false;
    *number = (uint16_t)(bytes[4] | bytes[5] << 8);
    return true;
}

enum trial read_trial(void)
{
    uint16_t current, first;
    if (!first_number(VARIABLES "BootCurrent" GLOBAL, &current) || !first_number(VARIABLES "BootOrder" GLOBAL, &first))
        return TRIAL_UNKNOWN;
    return current == first ? TRIAL_NO : TRIAL_YES;
}

bool may_feed(enum trial trial, int64_t now, int64_t deadline)
{
    /* Unknown feeds: a confirmed system must never be reset because a variable could not be read. An unconfirmed one
     * that cannot read them cannot be kept either, and the next start is the old set's. */
    return trial != TRIAL_YES || now < deadline;
}
