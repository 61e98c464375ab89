using System.Reflection;
using System.Text.RegularExpressions;
using Gatekeeper.PortGate;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;
using Gatekeeper.Update;

namespace Gatekeeper.Solution.Tests;

/// <summary>Proof types (DESIGN §2): only the step that did the check can make one, and none leaves the process that did it.</summary>
public sealed partial class ProofTypeTests
{
    public static TheoryData<Type> ProofTypes => [typeof(AcceptedDevice), typeof(VerifiedRelease), typeof(VerifiedPayload), typeof(VerifiedChunk), typeof(WrittenSlot), typeof(Permit), typeof(PermitDevice), typeof(SiteRoot), typeof(SiteApproval)];

    [Theory]
    [MemberData(nameof(ProofTypes))]
    public void ProofType_HasInternalConstructorsOnly(Type type)
    {
        ConstructorInfo[] constructors = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        Assert.NotEmpty(constructors);
        Assert.All(constructors, constructor => Assert.True(constructor.IsAssembly, $"{type.Name}: {constructor}"));
    }

    [Theory]
    [MemberData(nameof(ProofTypes))]
    public void ProofType_CannotBeDerivedFromCopiedOrChanged(Type type)
    {
        Assert.True(type.IsSealed);
        Assert.Null(type.GetMethod("<Clone>$", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)); // a record's "with"
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            // An init accessor needs a constructor call first, and that is internal.
            Assert.True(property.SetMethod is null || property.SetMethod.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit"), $"{type.Name}.{property.Name} can be set");
        }

        Assert.All(
            type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
            field => Assert.True(field.IsPrivate, $"{type.Name}.{field.Name}"));
    }

    [Theory]
    [MemberData(nameof(ProofTypes))]
    public void ProofType_IsNotSerializable(Type type)
    {
        Assert.DoesNotContain(type.GetInterfaces(), face => face.Name.Contains("Serializ", StringComparison.Ordinal));
        IEnumerable<CustomAttributeData> attributes = type.GetCustomAttributesData()
            .Concat(type.GetMembers(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(IsWritten).SelectMany(member => member.GetCustomAttributesData()));
        Assert.DoesNotContain(attributes, attribute =>
            attribute.AttributeType.Name.Contains("Json", StringComparison.Ordinal) || attribute.AttributeType.Name.Contains("Serializ", StringComparison.Ordinal));

        Regex registered = new($@"JsonSerializable\(typeof\((\w+\.)*{type.Name}\)|JsonSerializer\.\w+<{type.Name}>|JsonConverter<{type.Name}>");
        Assert.DoesNotContain(Repository.FilesUnder("host-service", ".cs"), file => registered.IsMatch(Repository.Read(file)));
    }

    // The compiler marks the class it keeps a lambda in as serializable; it holds no proof.
    private static bool IsWritten(MemberInfo member) => member is not Type || !member.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute));

    /// <summary>Who sees internal members could make a proof. Tests do; on the vendor's side the signer does; nothing else that reaches a device.</summary>
    [Fact]
    public void InternalsOfHostService_AreVisibleToTestsAndTheSignerOnly()
    {
        foreach (string file in Repository.FilesUnder("host-service", ".csproj").Concat(Repository.FilesUnder("host-service", ".cs")))
        {
            foreach (Match match in Friend().Matches(Repository.Read(file)))
            {
                string friend = match.Groups[1].Value;
                bool isTest = friend.StartsWith("Gatekeeper.", StringComparison.Ordinal)
                    && (Repository.Files.Contains($"tests/{friend}/{friend}.csproj") || friend == "Gatekeeper.Fuzz" || friend == "Gatekeeper.Benchmarks");
                bool isSigner = friend == "gatekeeper-sign" && file == "host-service/Gatekeeper.Release/Gatekeeper.Release.csproj";
                Assert.True(isTest || isSigner, $"{file} shows its internals to {friend}");
            }
        }
    }

    [GeneratedRegex(@"InternalsVisibleTo(?: Include=|\()""([^""]+)""")]
    private static partial Regex Friend();
}
