using System.Text;
using Gatekeeper.Vectors;

// Writes every vector into the folder given: one folder each, with vector.txt and its file.
if (args is not [string folder])
{
    Console.Error.WriteLine("error: one argument, the folder to write\nhint: dotnet run --project tests/Gatekeeper.Vectors tests/vectors");
    return 2;
}

List<byte[]> files = [];
Write(Directory.CreateDirectory(folder).FullName, "trusted.root.json", VectorSet.TrustedRoot);
foreach ((Vector vector, Func<byte[]> build) in VectorSet.All())
{
    string home = Directory.CreateDirectory(Path.Combine(folder, vector.Name)).FullName;
    File.WriteAllText(Path.Combine(home, "vector.txt"), vector.Write(), new UTF8Encoding(false));
    Write(home, "file.gku", build());
}

Write(folder, "permits.root.json", StatementForge.TrustedRoot);
Write(folder, "site.root.json", StatementForge.Site);
foreach ((StatementVector vector, Func<byte[]> build) in StatementSet.All())
{
    string home = Directory.CreateDirectory(Path.Combine(folder, vector.Name)).FullName;
    File.WriteAllText(Path.Combine(home, "vector.txt"), vector.Write(), new UTF8Encoding(false));
    Write(home, vector.FileName, build());
}

File.WriteAllText(Path.Combine(folder, PublishedKeys.FileName), PublishedKeys.List(files), new UTF8Encoding(false));
return 0;

void Write(string home, string name, byte[] content)
{
    files.Add(content);
    File.WriteAllBytes(Path.Combine(home, name), content);
}
