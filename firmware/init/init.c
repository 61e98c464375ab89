#include "init.h"

#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool system_mounted;

static void prepare_machine(struct slot *slot, struct options *options)
{
    char mapped[32];
    mount_kernel_file_systems();
    make_groups();
    write_text("/proc/sys/kernel/dmesg_restrict", "1");
    write_text("/proc/sys/kernel/kptr_restrict", "2");
    write_text("/proc/sys/kernel/yama/ptrace_scope", "3");
    read_options(options);
    find_slot(slot);
    limit_disk(slot->system[0] != 0 ? slot->system : slot->data);

    /* Whatever is missing below, gatekeeperd is started: it can repair a set from the initramfs alone. */
    if (slot->letter != 0 && slot->system[0] == 0)
        say("no system image: gk-sys-%c is not there", slot->letter);
    else if (slot->letter != 0 && !options->has_verity)
        say("no system image: gk.verity is not on the command line");
    else if (slot->letter != 0 && map_system(slot->system, options, mapped, sizeof mapped))
        system_mounted = mount_system(mapped);
    if (slot->letter != 0)
        mount_data(slot->data, system_mounted);
    give_screen_to_group();
}

/* Collects every child that ended, ours and those whose parent died. */
static void reap(void)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        programs_ended(pid, status);
}

/* The watchdog is not fed in here: whatever of this hangs, the machine restarts within WATCHDOG_SECONDS. */
static _Noreturn void leave(int how)
{
    const struct timespec short_while = { .tv_nsec = 50 * 1000 * 1000 };
    say(how == RB_POWER_OFF ? "switching off" : "restarting");
    programs_signal(SIGTERM);
    for (int64_t until = now_ms() + STOP_SECONDS * 1000; programs_running() && now_ms() < until;) {
        nanosleep(&short_while, NULL);
        reap();
    }
    kill(-1, SIGKILL);
    nanosleep(&short_while, NULL);
    reap();
    sync();
    unmount_all();
    sync();
    reboot(how);
    for (;;)
        pause(); /* reboot() came back: the watchdog ends this */
}

static void wait_for_signal(const sigset_t *signals)
{
    int64_t ms = programs_next_due(system_mounted) - now_ms();
    ms = ms < 0 ? 0 : ms > TICK_MS ? TICK_MS : ms;
    const struct timespec tick = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
    switch (sigtimedwait(signals, NULL, &tick)) {
    case SIGINT: /* gatekeeperd's request, the same as to systemd */
    case SIGTERM:
        leave(RB_AUTOBOOT);
    case SIGUSR2:
        leave(RB_POWER_OFF);
    default:
        break; /* SIGCHLD, or nothing in time */
    }
}

/* Says what changed. A set seen kept once stays so until the next start: a later change of BootOrder is no reason to
 * reset a device that was confirmed, and each look costs two calls into the firmware. */
static enum trial look_at_trial(const struct slot *slot, int seconds)
{
    static enum trial last = TRIAL_UNKNOWN;
    if (slot->letter == 0 || last == TRIAL_NO)
        return TRIAL_NO;
    enum trial trial = read_trial();
    if (trial != last && trial == TRIAL_YES)
        say("trial, %d s to keep", seconds);
    else if (trial != last)
        say(trial == TRIAL_NO ? "kept" : "boot variables cannot be read");
    last = trial;
    return trial;
}

/* One look at everything, whatever woke us: state is read, never remembered from an event. */
static void look(const struct slot *slot, const struct options *options)
{
    enum trial trial = look_at_trial(slot, options->trial_seconds);
    if (!may_feed(trial, now_ms(), (int64_t)options->trial_seconds * 1000)) {
        say("trial was not kept in %d s, the watchdog is no longer fed", options->trial_seconds);
        leave(RB_AUTOBOOT); /* in order if it can; by the watchdog if not */
    }
    watchdog_feed();
    give_screen_to_group();
    programs_start_due(system_mounted);
}

int main(void)
{
    static struct options options;
    static struct slot slot;
    sigset_t signals;

    if (getpid() != 1)
        return 1;
    /* First act: from here on a hang ends in a reset. /dev is needed for it and nothing else comes before. */
    mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID | MS_NOEXEC, NULL);
    log_open();
    load_modules(); /* nothing in an image to ship */
    watchdog_open();
#ifdef BAD_HANG
    say("test variant: hangs");
    for (;;)
        pause();
#endif
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGUSR2);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    umask(022);

    prepare_machine(&slot, &options);
#ifdef BAD_PANIC
    say("test variant: panics");
    return 1;
#endif
    for (;;) {
        reap();
        look(&slot, &options);
        wait_for_signal(&signals);
    }
}
