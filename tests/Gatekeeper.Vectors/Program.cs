using System.Text;
using Gatekeeper.Vectors;

// Writes every vector into the folder given: one folder each, with vector.txt and its file.
if (args is not [string folder])
{
    Console.Error.WriteLine("error: one argument, the folder to write\nhint: dotnet run --project tests/Gatekeeper.Vectors tests/vectors");
    return 2;
}

File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(folder).FullName, "trusted.root.json"), VectorSet.TrustedRoot);
foreach ((Vector vector, Func<byte[]> build) in VectorSet.All())
{
    string home = Directory.CreateDirectory(Path.Combine(folder, vector.Name)).FullName;
    File.WriteAllText(Path.Combine(home, "vector.txt"), vector.Write(), new UTF8Encoding(false));
    File.WriteAllBytes(Path.Combine(home, "file.gku"), build());
}

File.WriteAllBytes(Path.Combine(folder, "permits.root.json"), StatementForge.TrustedRoot);
File.WriteAllBytes(Path.Combine(folder, "site.root.json"), StatementForge.Site);
foreach ((StatementVector vector, Func<byte[]> build) in StatementSet.All())
{
    string home = Directory.CreateDirectory(Path.Combine(folder, vector.Name)).FullName;
    File.WriteAllText(Path.Combine(home, "vector.txt"), vector.Write(), new UTF8Encoding(false));
    File.WriteAllBytes(Path.Combine(home, vector.FileName), build());
}

return 0;
