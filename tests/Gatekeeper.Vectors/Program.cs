using System.Text;
using Gatekeeper.Vectors;

// Writes every vector into the folder given: one folder each, with vector.txt and file.gku.
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

return 0;
