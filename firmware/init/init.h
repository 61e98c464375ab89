/* PID 1 of the reference image. What it promises is in firmware/BOOT-CONTRACT.md, "What init promises". */
#ifndef GATEKEEPER_INIT_H
#define GATEKEEPER_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Fixed ids of the image, the same as in its /etc/passwd and /etc/group (firmware/image/). */
enum { UID_KIOSK = 903, UID_APP = 904, GID_VIDEO = 910 };

enum {
    WATCHDOG_SECONDS = 30,       /* a trial that hangs falls back after this; also the most a restart may take */
    TRIAL_SECONDS = 120,         /* default of gk.trial=: from start to keep */
    TRIAL_SECONDS_MAX = 3600,
    STOP_SECONDS = 5,            /* SIGTERM to SIGKILL at a restart */
    RESTART_MS_FIRST = 250,      /* back-off of a program that ended: doubles up to the last */
    RESTART_MS_LAST = 16000,
    STABLE_MS = 30000,           /* one that ran this long starts again with the first */
    TICK_MS = 1000,
};

/* log.c */
void log_open(void);             /* /dev/kmsg; before it, lines are lost */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

/* files.c: small files of the kernel, bounded. */
ssize_t read_file(const char *path, void *buffer, size_t size);   /* bytes read, -1 on any error or if it does not fit */
bool read_text(const char *path, char *buffer, size_t size);      /* one line without its end */
bool read_u64(const char *path, uint64_t *value);
void write_text(const char *path, const char *text);              /* failure is said, never fatal */
int64_t now_ms(void);                                             /* CLOCK_BOOTTIME: nothing here needs the right time of day */

/* cmdline.c: the signed kernel command line. */
struct options {
    bool has_verity;
    char root_hash[65];          /* lower-case hex */
    char salt[65];
    uint64_t data_blocks;        /* of 4096 bytes; the hash tree follows at once */
    int trial_seconds;
};
void read_options(struct options *options);
void parse_options(char *line, struct options *options); /* cuts the line up */

/* gpt.c: GUID partition table of one whole disk (UEFI 2.10 section 5.3). */
enum { GPT_MAX_ENTRIES = 128, GPT_NAME_CHARS = 36 };
struct gpt_entry {
    uint8_t guid[16];            /* unique partition GUID, as on disk */
    uint64_t first, last;        /* logical blocks, inclusive */
    char name[GPT_NAME_CHARS + 1]; /* ASCII; any other character became '?' */
    int number;                  /* from 1, the kernel's partition number */
};
struct gpt {
    uint32_t block_size;
    int count;
    struct gpt_entry entries[GPT_MAX_ENTRIES];
};
bool gpt_read(int fd, uint32_t block_size, uint64_t blocks, struct gpt *gpt); /* primary, else backup; false if neither is whole */
const struct gpt_entry *gpt_find(const struct gpt *gpt, const char *name); /* NULL if absent or not unique */

/* slot.c: which slot set runs. */
struct slot {
    char letter;                 /* 'a', 'b', or 0: none is known */
    char system[64], data[64];   /* device paths; empty: that partition is not there */
};
void find_slot(struct slot *slot);
bool parse_guid(const char *text, uint8_t guid[16]); /* text form to the bytes on disk */

/* verity.c */
bool map_system(const char *device, const struct options *options, char *mapped, size_t size);

/* mounts.c */
void mount_kernel_file_systems(void);
bool mount_system(const char *device);
void mount_data(const char *device, bool with_system);
void give_screen_to_group(void); /* level-triggered: the card may come late, or again */
void unmount_all(void);

/* modules.c: only in the variant for a packaged kernel, where even the watchdog's driver is a module. */
void load_modules(void);

/* groups.c: what our programs may take from the device's own one. */
void make_groups(void);
void limit_disk(const char *partition);
void enter_group(const char *group); /* NULL: stays in init's */

/* watchdog.c */
void watchdog_open(void);        /* never disarmed again (CONFIG_WATCHDOG_NOWAYOUT) */
void watchdog_feed(void);

/* trial.c: on trial iff BootCurrent is not the first of BootOrder (UEFI 2.10 section 3.1.2). */
enum trial { TRIAL_UNKNOWN, TRIAL_NO, TRIAL_YES };
enum trial read_trial(void);
bool may_feed(enum trial trial, int64_t now, int64_t deadline);

/* programs.c: the table of programs, started, restarted and stopped. */
void programs_start_due(bool system_mounted);
int64_t programs_next_due(bool system_mounted); /* now_ms() of the next start, INT64_MAX: none waits */
void programs_ended(pid_t pid, int status);
void programs_signal(int signal);
bool programs_running(void);

#endif
