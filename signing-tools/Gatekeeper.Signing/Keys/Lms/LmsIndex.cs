using System.Text;

namespace Gatekeeper.Signing.Keys.Lms;

/// <summary>
/// Which indexes of a key are used. The number that counts stands in two files, each replaced for good before an index is given out:
/// <list type="number">
/// <item>the mark in the key file is brought up to the index file, should a crash have left it one behind;</item>
/// <item>the index file says index + 1;</item>
/// <item>the key file's mark says index + 1;</item>
/// <item>only then the index is given out. Whatever happens later, it is used.</item>
/// </list>
/// So the index file is equal to the mark or one ahead. Anything else is an old copy of one of the two and ends the command: where one was
/// restored from a backup, nobody knows whether the other was as well, from another day. Two copies of one day look right; no file can tell.
/// </summary>
internal sealed class LmsIndex : IDisposable
{
    private readonly IFileSteps _steps;
    private readonly string _keyFile;
    private readonly string _indexFile;
    private readonly string _shown; // the key file as typed: in messages
    private readonly string _keyId;
    private readonly byte[] _macKey;
    private readonly uint _capacity;
    private readonly IDisposable? _lock;
    private uint _mark;

    private LmsIndex(IFileSteps steps, string keyFile, string shown, string keyId, byte[] macKey, uint capacity, IDisposable? held)
    {
        (_steps, _keyFile, _shown, _keyId, _macKey, _capacity, _lock) = (steps, keyFile, shown, keyId, macKey, capacity, held);
        _indexFile = NameFor(keyFile);
    }

    /// <summary>The next index that was not used.</summary>
    internal uint Next { get; private set; }

    /// <summary>Signatures that are left.</summary>
    internal uint Left => _capacity - Next;

    /// <summary>The index file of a key file: <c>a.pem</c> → <c>a.index</c>.</summary>
    internal static string NameFor(string keyFile) => (keyFile.EndsWith(".pem", StringComparison.Ordinal) ? keyFile[..^4] : keyFile) + ".index";

    /// <summary>Opens the count of a key on the machine's own disk and holds the key until disposed.</summary>
    /// <param name="keyFile">The key file.</param>
    /// <param name="keyId">The key's id.</param>
    /// <param name="macKey">What <see cref="IndexLine"/> is authenticated with.</param>
    /// <param name="capacity">2^h.</param>
    /// <param name="seen">When the files may not fit each other: the highest index that the key is known to have signed with. It and all below count as used from now on.</param>
    /// <exception cref="ToolException">In use, or the two files do not fit each other.</exception>
    internal static LmsIndex Open(string keyFile, string keyId, byte[] macKey, uint capacity, uint? seen = null)
    {
        // One key is one lock, whatever links lead to it.
        string real = Path.GetFullPath(File.ResolveLinkTarget(keyFile, returnFinalTarget: true)?.FullName ?? keyFile);
        KeyLock held = KeyLock.Take(NameFor(real) + ".lock", keyFile);
        try
        {
            return Open(new FileSteps(), real, keyId, macKey, capacity, seen, held, keyFile);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The same over other steps, for tests.</summary>
    internal static LmsIndex Open(IFileSteps steps, string keyFile, string keyId, byte[] macKey, uint capacity, uint? seen, IDisposable? held, string? shown = null)
    {
        var index = new LmsIndex(steps, keyFile, shown ?? keyFile, keyId, macKey, capacity, held);
        if (seen is uint highest)
        {
            index.Advance(highest);
        }
        else
        {
            index.Load();
        }

        return index;
    }

    /// <summary>What <c>key new</c> writes: the index file, and the key file with its mark.</summary>
    internal static (byte[] IndexFile, byte[] KeyFile) ForNewKey(string keyId, byte[] macKey, string pem) => (
        Encoding.ASCII.GetBytes(IndexLine.Write(IndexLine.Place.IndexFile, keyId, 0, macKey)),
        Encoding.ASCII.GetBytes(IndexLine.Write(IndexLine.Place.KeyFile, keyId, 0, macKey) + pem));

    /// <summary>Takes the next index out of both files for good.</summary>
    /// <exception cref="ToolException">None is left, or a file cannot be written: then the index is not given out.</exception>
    internal uint Reserve()
    {
        if (Next >= _capacity)
        {
            throw Fault($"{_shown} has made all its {_capacity} signatures", "make another key and give it the roles with a new root while other keys of the role still sign");
        }

        if (_mark != Next)
        {
            WriteMark(Next);
        }

        uint index = Next;
        Next = index + 1; // used from here on, also when a write fails halfway and the command goes on
        WriteIndex(Next);
        WriteMark(Next);
        return index;
    }

    /// <summary>Is shown an index that this key signed with.</summary>
    /// <exception cref="ToolException">The files do not know of it.</exception>
    internal void Saw(uint index)
    {
        if (index >= Next)
        {
            throw Fault(
                $"{_shown} has signed with index {index} already, but {ShownIndex} says that {Next} comes next: both are older than that signature",
                $"a backup was restored; find the highest index in everything this key signed, then gatekeeper-sign key advance {_shown} --index-seen N; nothing was signed");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    private string ShownIndex => NameFor(_shown);

    private void Load()
    {
        (uint? index, uint? mark) = (ReadIndex(), ReadMark());
        string advance = $"bring the files that were used last; if they are lost, gatekeeper-sign key advance {_shown} --index-seen N, N not below any index it signed with; nothing was signed";
        if (index is null || mark is null)
        {
            throw Fault(index is null ? $"{ShownIndex} is missing, damaged or of another key" : $"the index line in {_shown} is missing, damaged or of another key", advance);
        }

        if (index != mark && index != mark + 1)
        {
            string old = index < mark ? ShownIndex : _shown;
            throw Fault($"{old} is older than {(index < mark ? _shown : ShownIndex)}: one says that index {index} comes next, the other {mark}", "a backup was restored: " + advance);
        }

        (Next, _mark) = (index.Value, mark.Value);
        ExpectInTree(Next);
    }

    private void Advance(uint seen)
    {
        if (seen >= _capacity)
        {
            throw new ToolException(ExitCode.Usage, $"--index-seen {seen} is no index of this key", $"its indexes are 0 to {_capacity - 1}");
        }

        Next = Math.Max(seen + 1, Math.Max(ReadIndex() ?? 0, ReadMark() ?? 0));
        ExpectInTree(Next);
        WriteMark(Next);
        WriteIndex(Next);
    }

    private void ExpectInTree(uint next)
    {
        if (next > _capacity)
        {
            throw Fault($"{ShownIndex} counts beyond the key's {_capacity} signatures", "the key was changed; make another one");
        }
    }

    private uint? ReadIndex() => _steps.Read(_indexFile) is byte[] bytes
        ? IndexLine.Read(IndexLine.Place.IndexFile, Encoding.Latin1.GetString(bytes), _keyId, _macKey)
        : null;

    private uint? ReadMark() => IndexLine.Read(IndexLine.Place.KeyFile, Split().Line, _keyId, _macKey);

    private void WriteIndex(uint next) => DurableFile.Replace(_steps, _indexFile, Encoding.ASCII.GetBytes(IndexLine.Write(IndexLine.Place.IndexFile, _keyId, next, _macKey)));

    private void WriteMark(uint next)
    {
        DurableFile.Replace(_steps, _keyFile, Encoding.UTF8.GetBytes(IndexLine.Write(IndexLine.Place.KeyFile, _keyId, next, _macKey) + Split().Pem));
        _mark = next;
    }

    // The key file is read anew each time, under the lock: its text is what is kept.
    private (string Line, string Pem) Split()
    {
        string text = Encoding.UTF8.GetString(_steps.Read(_keyFile) ?? throw Fault($"{_shown} is gone", "nothing was signed; put it back"));
        int end = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        return IndexLine.Begins(text) && end > 0 ? (text[..end], text[end..]) : ("", text);
    }

    private static ToolException Fault(string error, string hint) => new(ExitCode.KeyState, error, hint);
}
