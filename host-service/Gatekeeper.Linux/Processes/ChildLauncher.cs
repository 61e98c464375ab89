using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Gatekeeper.Linux.Sandbox;
using Microsoft.Win32.SafeHandles;

namespace Gatekeeper.Linux.Processes;

/// <summary>
/// Starts unprivileged children of one user. Users, capabilities, no_new_privs and Landlock belong to a thread, and a .NET process has several before Main,
/// so a thread of its own gives up everything and then starts the children, which inherit what it has left; it is never used for anything else.
/// It lives as long as this object: a child that was confined is killed by the kernel when the thread that started it ends (PR_SET_PDEATHSIG), however it ends.
/// </summary>
public sealed class ChildLauncher : IDisposable
{
    internal const int PR_CAPBSET_DROP = 24;
    internal const int PR_SET_NO_NEW_PRIVS = 38;
    private const int LastCapability = 63; // the kernel has 41 today; unknown numbers answer EINVAL

    // What a child may read and execute while it starts. In /proc it looks for its own stack and memory; its filter takes that away with all the rest.
    private static readonly string[] SystemFolders = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/proc"];

    private readonly uint _user;
    private readonly string[] _folders;
    private readonly SafeFileHandle _nothing;
    private readonly BlockingCollection<Request> _requests = [];
    private readonly TaskCompletionSource _restricted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;

    /// <summary>Starts the thread and has it give up everything.</summary>
    /// <param name="userId">User and group of its children; never 0.</param>
    /// <exception cref="LinuxException">It could not: no child is ever started then.</exception>
    public ChildLauncher(uint userId)
        : this(userId, [])
    {
    }

    internal ChildLauncher(uint userId, IEnumerable<string> moreFolders)
    {
        if (userId == 0)
        {
            throw new ArgumentException("a child needs a user other than root", nameof(userId));
        }

        _user = userId;
        string program = File.ResolveLinkTarget(ChildSpec.ThisProgram, returnFinalTarget: true)!.FullName;
        _folders = [.. SystemFolders, Path.GetDirectoryName(program)!, AppContext.BaseDirectory, .. moreFolders];

        // Opened here, because the thread may not write to any file, this one neither.
        _nothing = Libc.Open("/dev/null", Libc.O_RDWR | Libc.O_CLOEXEC);
        if (_nothing.IsInvalid)
        {
            throw LinuxException.Last("open /dev/null");
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "launcher" };
        _thread.Start();
        _restricted.Task.GetAwaiter().GetResult();
    }

    /// <summary>Starts a child. The caller keeps its own end of the socket and closes the child's end, also when this fails.</summary>
    /// <exception cref="LinuxException">The child was not started.</exception>
    public ChildProcess Start(ChildSpec spec)
    {
        if (spec.Arguments.IsEmpty)
        {
            throw new ArgumentException("a child needs at least one argument", nameof(spec));
        }

        var request = new Request(spec, new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
        _requests.Add(request);
        return ChildProcess.Watch(request.Started.Task.GetAwaiter().GetResult());
    }

    /// <summary>Ends the thread, and with it every child that was confined.</summary>
    public void Dispose()
    {
        _requests.CompleteAdding();
        _thread.Join();
        _requests.Dispose();
        _nothing.Dispose();
    }

    private void Run()
    {
        try
        {
            GiveUpPrivileges(_user);
            Landlock.RestrictThread(_folders);
            _restricted.SetResult();
        }
        catch (IOException e)
        {
            _restricted.SetException(e);
            return;
        }

        foreach (Request request in _requests.GetConsumingEnumerable())
        {
            try
            {
                request.Started.SetResult(Spawn(request.Spec));
            }
            catch (IOException e)
            {
                request.Started.SetException(e);
            }
        }
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

        LinuxException.CheckZero(Libc.Syscall(SystemCalls.Setgroups, 0, 0, 0, 0), "setgroups");
        LinuxException.CheckZero(Libc.Syscall(SystemCalls.Setresgid, (nint)user, (nint)user, (nint)user, 0), "setresgid");
        LinuxException.CheckZero(Libc.Syscall(SystemCalls.Setresuid, (nint)user, (nint)user, (nint)user, 0), "setresuid");
        LinuxException.CheckZero(Libc.Prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)");
    }

    private unsafe int Spawn(ChildSpec spec)
    {
        using var strings = new NativeStrings();
        byte* program = strings.Add(spec.Path);
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
            for (int fd = 0; fd < 3; fd++)
            {
                Check(Libc.SpawnActionsAddDup2(actions, (int)_nothing.DangerousGetHandle(), fd));
            }

            Check(Libc.SpawnActionsAddDup2(actions, (int)spec.Socket.Handle.DangerousGetHandle(), StickChild.Socket));
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

    // posix_spawn and its helpers return errno instead of setting it.
    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new LinuxException("posix_spawn", error);
        }
    }

    private sealed record Request(ChildSpec Spec, TaskCompletionSource<int> Started);

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
