using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Gatekeeper.Fuzz.Coverage;

/// <summary>
/// Rewrites copies of the assemblies under test so that they count: each basic block, and each branch into a block in methods
/// without handlers (a branch may not leave a guarded range for a place outside it). The product itself is never changed.
/// </summary>
internal sealed class Instrumenter
{
    /// <summary>What is looked into. Other people's code, BouncyCastle for one, is not: its blocks would drown ours.</summary>
    public static readonly string[] Assemblies = ["Gatekeeper.Release.dll", "Gatekeeper.PortGate.dll", "Gatekeeper.Stick.dll", "Gatekeeper.Update.dll", "gatekeeperd.dll"];

    private int counters;

    /// <summary>Instruments an assembly file in place.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Counters in all files so far.</returns>
    public int Rewrite(string path)
    {
        byte[] original = File.ReadAllBytes(path);
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(path));
        using var module = ModuleDefinition.ReadModule(new MemoryStream(original), new ReaderParameters { AssemblyResolver = resolver });
        FieldReference map = module.ImportReference(typeof(CoverageMap).GetField(nameof(CoverageMap.Counters), System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static));
        foreach (MethodDefinition method in module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody))
        {
            Rewrite(method.Body, map);
        }

        module.Write(path);
        return counters;
    }

    private void Rewrite(MethodBody body, FieldReference map)
    {
        body.SimplifyMacros();
        ILProcessor il = body.GetILProcessor();
        HashSet<Instruction> starts = [body.Instructions[0]];
        Dictionary<Instruction, int> entries = [];
        foreach (Instruction instruction in body.Instructions)
        {
            foreach (Instruction target in Targets(instruction))
            {
                starts.Add(target);
                entries[target] = entries.GetValueOrDefault(target) + 1;
            }

            if (instruction.OpCode.FlowControl == FlowControl.Cond_Branch && instruction.Next is not null)
            {
                starts.Add(instruction.Next);
            }
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            starts.Add(handler.HandlerStart);
            if (handler.FilterStart is not null)
            {
                starts.Add(handler.FilterStart);
            }
        }

        Instruction[] branches = body.HasExceptionHandlers ? [] : [.. body.Instructions.Where(i => i.Operand is Instruction target && entries[target] > 1)];
        foreach (Instruction branch in branches)
        {
            var target = (Instruction)branch.Operand;
            Instruction[] probe = [.. Probe(il, map), il.Create(OpCodes.Br, target)];
            branch.Operand = probe[0];
            Array.ForEach(probe, il.Append);
        }

        foreach (Instruction start in starts)
        {
            CountAt(il, start, map);
        }

        body.OptimizeMacros();
    }

    // The first instruction keeps its identity and becomes the probe's, so branches to it and the bounds of handlers stay right.
    private void CountAt(ILProcessor il, Instruction start, FieldReference map)
    {
        Instruction moved = il.Create(OpCodes.Nop);
        (moved.OpCode, moved.Operand) = (start.OpCode, start.Operand);
        Instruction[] probe = Probe(il, map);
        (start.OpCode, start.Operand) = (probe[0].OpCode, probe[0].Operand);
        Instruction last = start;
        foreach (Instruction instruction in probe.Skip(1).Append(moved))
        {
            il.InsertAfter(last, instruction);
            last = instruction;
        }
    }

    private Instruction[] Probe(ILProcessor il, FieldReference map) =>
    [
        il.Create(OpCodes.Ldsfld, map),
        il.Create(OpCodes.Ldc_I4, counters++ % CoverageMap.Size),
        il.Create(OpCodes.Ldelema, il.Body.Method.Module.TypeSystem.Byte),
        il.Create(OpCodes.Dup),
        il.Create(OpCodes.Ldind_U1),
        il.Create(OpCodes.Ldc_I4_1),
        il.Create(OpCodes.Add),
        il.Create(OpCodes.Conv_U1),
        il.Create(OpCodes.Stind_I1),
    ];

    private static Instruction[] Targets(Instruction instruction) => instruction.Operand switch
    {
        Instruction one => [one],
        Instruction[] many => many,
        _ => [],
    };
}
