/* Runs init's own readers on what a test gives them and prints what they made of it. Compiled with the sanitizers.
 *   probe gpt FILE BLOCK-SIZE       "number name first last" a line; exit 1: refused
 *   probe cmdline TEXT              "verity ROOT SALT BLOCKS" or "no verity", then "trial SECONDS"
 *   probe guid TEXT                 32 hex digits; exit 1: refused
 *   probe feed no|yes|unknown NOW DEADLINE     "feed" or "starve" */
#include "init.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int probe_gpt(const char *file, const char *block_size)
{
    static struct gpt gpt;
    struct stat status;
    uint32_t size = (uint32_t)strtoul(block_size, NULL, 10);
    int fd = open(file, O_RDONLY);
    if (fd < 0 || fstat(fd, &status) != 0)
        return 2;
    if (!gpt_read(fd, size, (uint64_t)status.st_size / size, &gpt))
        return 1;
    for (int i = 0; i < gpt.count; i++)
        printf("%d %s %llu %llu%s\n", gpt.entries[i].number, gpt.entries[i].name, (unsigned long long)gpt.entries[i].first,
               (unsigned long long)gpt.entries[i].last, gpt_find(&gpt, gpt.entries[i].name) ? "" : " not unique");
    return 0;
}

static int probe_cmdline(char *text)
{
    struct options options;
    parse_options(text, &options);
    if (options.has_verity)
        printf("verity %s %s %llu\n", options.root_hash, options.salt, (unsigned long long)options.data_blocks);
    else
        printf("no verity\n");
    printf("trial %d\n", options.trial_seconds);
    return 0;
}

static int probe_guid(const char *text)
{
    uint8_t guid[16];
    if (!parse_guid(text, guid))
        return 1;
    for (int i = 0; i < 16; i++)
        printf("%02x", guid[i]);
    printf("\n");
    return 0;
}

static int probe_feed(const char *trial, const char *now, const char *deadline)
{
    enum trial state = strcmp(trial, "no") == 0 ? TRIAL_NO : strcmp(trial, "yes") == 0 ? TRIAL_YES : TRIAL_UNKNOWN;
    puts(may_feed(state, atoll(now), atoll(deadline)) ? "feed" : "starve");
    return 0;
}

int main(int count, char **arguments)
{
    if (count == 4 && strcmp(arguments[1], "gpt") == 0)
        return probe_gpt(arguments[2], arguments[3]);
    if (count == 3 && strcmp(arguments[1], "cmdline") == 0)
        return probe_cmdline(arguments[2]);
    if (count == 3 && strcmp(arguments[1], "guid") == 0)
        return probe_guid(arguments[2]);
    if (count == 5 && strcmp(arguments[1], "feed") == 0)
        return probe_feed(arguments[2], arguments[3], arguments[4]);
    return 2;
}
