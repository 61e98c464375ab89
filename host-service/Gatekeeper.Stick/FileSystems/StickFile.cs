using System.Collections.Immutable;

namespace Gatekeeper.Stick.FileSystems;

/// <summary>A run of sectors that holds part of a file. A claim: whoever reads it checks it against the device again.</summary>
/// <param name="Lba">First sector, in the device's own sectors, from 0.</param>
/// <param name="Length">Bytes, at least 1. Only the last run of a file may end inside a sector.</param>
public readonly record struct Extent(long Lba, long Length);

/// <summary>A file that calls itself a release, and where it lies. Name, length and place are claims.</summary>
/// <param name="Name">A name that <see cref="ReleaseName.IsValid"/> accepts; <c>gatekeeper/</c> stands before it when the file lies in that folder.</param>
/// <param name="Length">Bytes of the file; 0 or more, the sum of the extents' lengths.</param>
/// <param name="Extents">Its runs in file order, neighbours joined.</param>
public sealed record StickFile(string Name, long Length, ImmutableArray<Extent> Extents);
