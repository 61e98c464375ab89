using Gatekeeper.Signing.Keys.Lms;

namespace Gatekeeper.Signing.Tests;

/// <summary>
/// A file system in memory that loses power: what was written is on the medium only after a flush, and names only after a flush of their folder.
/// Stops before the step of a given number. What the medium has kept of the steps that were not flushed is one of four cases.
/// </summary>
internal sealed class FakeDisk : IFileSteps
{
    private readonly Dictionary<string, Content> _names = [];
    private readonly Dictionary<string, Content> _namesOnMedium = [];
    private int _steps;

    /// <summary>What of the unflushed is on the medium after a power cut.</summary>
    internal enum Kept
    {
        /// <summary>Nothing.</summary>
        Nothing,

        /// <summary>All.</summary>
        All,

        /// <summary>Names, so that a renamed file may be empty.</summary>
        Names,

        /// <summary>Contents, so that names are the old ones.</summary>
        Contents,
    }

    /// <summary>Steps until the power is cut; null: it stays.</summary>
    internal int? StopBefore { get; set; }

    /// <summary>Steps so far.</summary>
    internal int Steps => _steps;

    public byte[]? Read(string path) => _names.TryGetValue(path, out Content? file) ? file.Bytes : null;

    public void Write(string path, byte[] bytes)
    {
        Step();
        _names[path] = new Content { Bytes = bytes };
    }

    public void Flush(string path)
    {
        Step();
        _names[path].OnMedium = _names[path].Bytes;
    }

    public void Rename(string from, string to)
    {
        Step();
        _names[to] = _names[from];
        _names.Remove(from);
    }

    public void FlushFolder(string folder)
    {
        Step();
        KeepNames();
    }

    /// <summary>Files that were there all the time.</summary>
    internal void Put(string path, byte[] bytes)
    {
        _names[path] = new Content { Bytes = bytes, OnMedium = bytes };
        KeepNames();
    }

    /// <summary>The power is back.</summary>
    internal void Restart(Kept kept)
    {
        if (kept is Kept.All or Kept.Names)
        {
            KeepNames();
        }

        _names.Clear();
        foreach ((string name, Content file) in _namesOnMedium)
        {
            byte[] bytes = kept is Kept.All or Kept.Contents ? file.Bytes : file.OnMedium;
            _names[name] = new Content { Bytes = bytes, OnMedium = bytes };
        }

        KeepNames();
        (_steps, StopBefore) = (0, null);
    }

    private void KeepNames()
    {
        _namesOnMedium.Clear();
        foreach ((string name, Content file) in _names)
        {
            _namesOnMedium[name] = file;
        }
    }

    private void Step()
    {
        if (_steps++ == StopBefore)
        {
            throw new PowerCutException();
        }
    }

    private sealed class Content
    {
        public required byte[] Bytes { get; init; }

        public byte[] OnMedium { get; set; } = [];
    }
}

/// <summary>The power was cut.</summary>
internal sealed class PowerCutException : Exception;
