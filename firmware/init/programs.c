#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#ifdef RIG
#include <sys/ioctl.h>
#include <termios.h>
#endif
#include <unistd.h>

struct program {
    const char *name;
    char *const *arguments;      /* arguments[0] is also the path to execute */
    const char *root;            /* NULL: the initramfs; else chroot there, which needs the system image */
    uid_t uid;                   /* its group has the same number */
    gid_t extra_group;           /* 0: none */
    const char *group;           /* control group, see groups.c; NULL: init's own */
    const char *terminal;        /* NULL: nothing to read from, and the console to write to */
    /* state */
    pid_t pid;                   /* 0: not running */
    int64_t started, due;        /* CLOCK_BOOTTIME, ms */
    int delay;                   /* ms before the next start */
};

static struct program table[] = {
#ifndef COMPARISON /* the guest that measures the kernel's own driver must not have its ports closed */
    { .name = "gatekeeperd", .arguments = (char *const[]){ "/usr/lib/gatekeeper/gatekeeperd", NULL }, .group = "gatekeeper/service" },
#endif
    { .name = "kiosk", .arguments = (char *const[]){ "/usr/bin/gatekeeper-kiosk", NULL },
      .root = "/system", .uid = UID_KIOSK, .extra_group = GID_VIDEO, .group = "gatekeeper/kiosk" },
    { .name = "app", .arguments = (char *const[]){ "/usr/bin/sample-app", NULL },
      .root = "/system", .uid = UID_APP, .extra_group = GID_VIDEO, .group = "app" },
#ifdef RIG
    { .name = "rig shell", .arguments = (char *const[]){ "/rig/sh", "/dev/ttyS1", NULL }, .terminal = "/dev/ttyS1" },
#endif
};

enum { PROGRAMS = sizeof table / sizeof table[0] };

static bool told_to_end; /* the machine goes down: nothing is started again */

/* A program that is not root gets a folder of its own in memory: the font cache of one is nothing another one should read. */
static char home[sizeof "HOME=/run/home-4294967295"] = "HOME=/tmp";

/* For .NET programs on one small device; why each is what it is: host-service/decisions/0010-init-in-c.md. */
static char *const environment[] = {
#ifdef RIG
    "PATH=/usr/bin:/usr/lib/gatekeeper:/rig/bin",
#else
    "PATH=/usr/bin:/usr/lib/gatekeeper",
#endif
    home,
    "LANG=C.UTF-8",
    "DOTNET_EnableDiagnostics=0",     /* no debugger, profiler or dump socket */
    "DOTNET_gcServer=0",
    "DOTNET_gcConcurrent=0",          /* a thread less at start */
    "DOTNET_GCgen0size=100000",       /* hexadecimal: 1 MiB of garbage, not a processor cache full, before it is collected */
    "DOTNET_GCgen0MaxBudget=100000",
    "DOTNET_TieredCompilation=0",     /* ReadyToRun code stays: compiling what runs often anew made memory grow for a hundred sticks */
    NULL
};

#ifdef RIG
/* A machine is at the other end: raw bytes, no echo, and a line that says when to start. ^C ends what runs, and the
 * shell with it; the next one greets again. */
static void greet(int terminal)
{
    static const char ready[] = "rig-shell-ready\n";
    struct termios settings;
    if (tcgetattr(terminal, &settings) != 0)
        return;
    cfmakeraw(&settings);
    settings.c_lflag |= ISIG;
    settings.c_cc[VQUIT] = settings.c_cc[VSUSP] = _POSIX_VDISABLE;
    cfsetspeed(&settings, B115200);
    tcsetattr(terminal, TCSANOW, &settings);
    ioctl(terminal, TIOCSCTTY, 0);
    if (write(terminal, ready, sizeof ready - 1) < 0)
        _exit(126);
}
#endif

static _Noreturn void become(const struct program *program)
{
    const struct rlimit none = { 0, 0 };
    sigset_t all;
    enter_group(program->group);
    int input = open(program->terminal ? program->terminal : "/dev/null", O_RDWR | O_NOCTTY);
    int output = program->terminal ? input : open("/dev/console", O_WRONLY | O_NOCTTY);
    setsid();
    if (input < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
        _exit(126);
#ifdef RIG
    if (program->terminal != NULL)
        greet(input);
#endif
    close_range(3, ~0U, 0);
    setrlimit(RLIMIT_CORE, &none);
    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    if (program->root != NULL && (chroot(program->root) != 0 || chdir("/") != 0))
        _exit(126);
    if (program->uid != 0) {
        gid_t groups[1] = { program->extra_group };
        if (setgroups(program->extra_group ? 1 : 0, groups) != 0 || setgid(program->uid) != 0 || setuid(program->uid) != 0 ||
            prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
            _exit(126);
    }
    execve(program->arguments[0], program->arguments, environment);
    _exit(127);
}

/* The folder outlives the program's restarts. Without it the program starts all the same. */
static void give_home(const struct program *program)
{
    if (program->uid == 0) {
        snprintf(home, sizeof home, "HOME=/tmp");
        return;
    }
    snprintf(home, sizeof home, "HOME=/run/home-%u", (unsigned)program->uid);
    const char *folder = home + strlen("HOME=");
    if ((mkdir(folder, 0700) != 0 && errno != EEXIST) || chown(folder, program->uid, program->uid) != 0)
        say("cannot make %s: %s", folder, strerror(errno));
}

static void start(struct program *program)
{
    program->started = now_ms();
    give_home(program);
    pid_t pid = fork();
    if (pid == 0)
        become(program);
    if (pid < 0) {
        say("cannot start %s: %s", program->name, strerror(errno));
        program->due = program->started + RESTART_MS_LAST;
        return;
    }
    program->pid = pid;
    say("started %s pid %d", program->name, (int)pid);
}

static bool waits(const struct program *program, bool system_mounted)
{
    return program->pid == 0 && (program->root == NULL || system_mounted);
}

void programs_start_due(bool system_mounted)
{
    int64_t now = now_ms();
    for (int i = 0; i < PROGRAMS; i++)
        if (waits(&table[i], system_mounted) && now >= table[i].due)
            start(&table[i]);
}

int64_t programs_next_due(bool system_mounted)
{
    int64_t next = INT64_MAX;
    for (int i = 0; i < PROGRAMS; i++)
        if (waits(&table[i], system_mounted) && table[i].due < next)
            next = table[i].due;
    return next;
}

void programs_ended(pid_t pid, int status)
{
    for (int i = 0; i < PROGRAMS; i++) {
        struct program *program = &table[i];
        if (program->pid != pid)
            continue;
        int64_t now = now_ms();
        program->pid = 0;
        if (now - program->started >= STABLE_MS)
            program->delay = 0;
        program->delay = program->delay == 0 ? RESTART_MS_FIRST : program->delay * 2;
        if (program->delay > RESTART_MS_LAST)
            program->delay = RESTART_MS_LAST;
        program->due = now + program->delay;
        const char *how = WIFSIGNALED(status) ? "signal" : "exit";
        int number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
        if (told_to_end)
            say("%s ended, %s %d", program->name, how, number);
        else
            say("%s ended, %s %d, again in %d ms", program->name, how, number, program->delay);
    }
}

void programs_signal(int signal)
{
    told_to_end = true;
    for (int i = 0; i < PROGRAMS; i++)
        if (table[i].pid != 0)
            kill(table[i].pid, signal);
}

bool programs_running(void)
{
    for (int i = 0; i < PROGRAMS; i++)
        if (table[i].pid != 0)
            return true;
    return false;
}
