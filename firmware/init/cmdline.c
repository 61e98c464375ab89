/* The command line is signed with the unified kernel image: what stands in it was decided when the release was built.
 * gk.verity=ROOT:SALT:BLOCKS   dm-verity root hash and salt (SHA-256, 64 hex digits each), data blocks of 4096 bytes
 * gk.trial=SECONDS             how long a trial may run without being kept */
#include "init.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { COMMAND_LINE_BYTES = 4096, MAX_DATA_BLOCKS = 1 << 30 /* 4 TiB: keeps block * 8 sectors far from overflow */ };

static bool is_hex64(const char *text)
{
    return strspn(text, "0123456789abcdef") == 64 && text[64] == 0;
}

static bool parse_number(const char *text, uint64_t most, uint64_t *value)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return errno == 0 && *end == 0 && *value >= 1 && *value <= most;
}

static bool parse_verity(char *text, struct options *options)
{
    char *rest = text;
    const char *root = strsep(&rest, ":"), *salt = strsep(&rest, ":"), *blocks = strsep(&rest, ":");
    if (rest != NULL || blocks == NULL || !is_hex64(root) || !is_hex64(salt))
        return false;
    memcpy(options->root_hash, root, sizeof options->root_hash);
    memcpy(options->salt, salt, sizeof options->salt);
    return parse_number(blocks, MAX_DATA_BLOCKS, &options->data_blocks);
}

void parse_options(char *line, struct options *options)
{
    char *rest = line, *word;
    memset(options, 0, sizeof *options);
    options->trial_seconds = TRIAL_SECONDS;
    while ((word = strsep(&rest, " ")) != NULL) {
        uint64_t seconds;
        if (strncmp(word, "gk.verity=", 10) == 0) {
            options->has_verity = parse_verity(word + 10, options);
            if (!options->has_verity)
                say("gk.verity is not ROOT:SALT:BLOCKS");
        } else if (strncmp(word, "gk.trial=", 9) == 0) {
            if (parse_number(word + 9, TRIAL_SECONDS_MAX, &seconds))
                options->trial_seconds = (int)seconds;
            else
                say("gk.trial is not 1 to %d seconds", TRIAL_SECONDS_MAX);
        }
    }
}

void read_options(struct options *options)
{
    static char line[COMMAND_LINE_BYTES];
    if (!read_text("/proc/cmdline", line, sizeof line)) {
        say("the kernel command line cannot be read");
        line[0] = 0;
    }
    parse_options(line, options);
}
