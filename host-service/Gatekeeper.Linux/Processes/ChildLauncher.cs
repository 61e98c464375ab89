using System.Runtime.InteropServices;
using System.Text;

namespace Gatekeeper.Linux.Processes;

/// <summary>
/// Starts an unprivileged child. Users, capabilities and no_new_privs belong to a thread, and a .NET process has several before Main,
/// so a thread of its own gives up everything, starts the child (which inherits what that thread has left), and ends; it is never used for anything else.
/// A child ends by itself when its socket does. PR_SET_PDEATHSIG is of no use here: it fires when the thread that started the child ends.
/// </summary>
public static class ChildLauncher
{
    internal const int PR_CAPBSET_DROP = 24;
    internal const int PR_SET_NO_NEW_PRIVS = 38;
    private const int LastCapability = 63; // the kernel has 41 today; unknown numbers answer EINVAL

    /// <summary>Starts the child. The caller keeps its own end of the socket and closes the child's end, also when this fails.</summary>
    /// <exception cref="LinuxException">The child was not started.</exception>
    public static ChildProcess Start(ChildSpec spec)
    {
        if (spec.UserId == 0 || spec.Arguments.IsEmpty)
        {
            throw new ArgumentException("a child needs a user other than root and at least one argument", nameof(spec));
        }

        int pid = 0;
        Exception? failed = null;
        var launcher = new Thread(() =>
        {
            try
            {
                GiveUpPrivileges(spec.UserId);
                pid = Spawn(spec);
            }
            catch (IOException e)
            {
                failed = e;
            }
        });
        launcher.Start();
        launcher.Join();
        return failed is null ? ChildProcess.Watch(pid) : throw failed;
    }

    // Raw system calls: this thread only. The order matters: each step needs what a later one gives up.
    private static void GiveUpPrivileges(uint user)
    {
        for (nuint capability = 0; capability <= LastCapability; capability++)
        {
            if (Libc.Prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
            {
                break; // past the last one the kernel knows, or not root: then there is nothing to drop
            }
        }

        Check(Libc.Syscall(SystemCalls.Setgroups, 0, 0, 0, 0), "setgroups");
        Check(Libc.Syscall(SystemCalls.Setresgid, (nint)user, (nint)user, (nint)user, 0), "setresgid");
        Check(Libc.Syscall(SystemCalls.Setresuid, (nint)user, (nint)user, (nint)user, 0), "setresuid");
        Check(Libc.Prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)");
    }

    private static unsafe int Spawn(ChildSpec spec)
    {
        using var strings = new NativeStrings();
        byte* program = strings.Add(spec.Path);
        byte* nothing = strings.Add("/dev/null");
        byte** arguments = strings.AddList(spec.Arguments);
        byte** environment = strings.AddList(spec.Environment);

        // Opaque glibc types: posix_spawn_file_actions_t is 80 bytes, posix_spawnattr_t 336, sigset_t 128 (checked against the headers by a test).
        byte* actions = stackalloc byte[NativeSizes.SpawnFileActions];
        byte* attributes = stackalloc byte[NativeSizes.SpawnAttributes];
        byte* signals = stackalloc byte[NativeSizes.SignalSet];
        Check(Libc.SpawnActionsInit(actions));
        Check(Libc.SpawnAttributesInit(attributes));
        try
        {
            Check(Libc.SpawnActionsAddDup2(actions, (int)spec.Socket.Handle.DangerousGetHandle(), 3));
            for (int fd = 0; fd < 3; fd++)
            {
                Check(Libc.SpawnActionsAddOpen(actions, fd, nothing, fd == 0 ? NativeSizes.O_RDONLY : NativeSizes.O_WRONLY, 0));
            }

            Check(Libc.SpawnActionsAddCloseFrom(actions, 4));

            // The runtime ignores SIGPIPE and blocks nothing; a child must not inherit either.
            _ = Libc.SigFillSet(signals);
            Check(Libc.SpawnAttributesSetSigDefault(attributes, signals));
            _ = Libc.SigEmptySet(signals);
            Check(Libc.SpawnAttributesSetSigMask(attributes, signals));
            Check(Libc.SpawnAttributesSetFlags(attributes, NativeSizes.POSIX_SPAWN_SETSIGDEF | NativeSizes.POSIX_SPAWN_SETSIGMASK | NativeSizes.POSIX_SPAWN_SETSID));

            int pid = 0;
            Check(Libc.PosixSpawn(&pid, program, actions, attributes, arguments, environment));
            GC.KeepAlive(spec);
            return pid;
        }
        finally
        {
            _ = Libc.SpawnActionsDestroy(actions);
            _ = Libc.SpawnAttributesDestroy(attributes);
        }
    }

    private static void Check(nint result, string call)
    {
        if (result < 0)
        {
            throw LinuxException.Last(call);
        }
    }

    // posix_spawn and its helpers return errno instead of setting it.
    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new LinuxException("posix_spawn", error);
        }
    }

    private sealed unsafe class NativeStrings : IDisposable
    {
        private readonly List<nint> _blocks = [];

        public byte* Add(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text + "\0");
            byte* copy = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
            bytes.CopyTo(new Span<byte>(copy, bytes.Length));
            _blocks.Add((nint)copy);
            return copy;
        }

        public byte** AddList(IReadOnlyList<string> texts)
        {
            byte** list = (byte**)NativeMemory.Alloc((nuint)((texts.Count + 1) * sizeof(byte*)));
            _blocks.Add((nint)list);
            for (int i = 0; i < texts.Count; i++)
            {
                list[i] = Add(texts[i]);
            }

            list[texts.Count] = null;
            return list;
        }

        public void Dispose()
        {
            foreach (nint block in _blocks)
            {
                NativeMemory.Free((void*)block);
            }
        }
    }
}
