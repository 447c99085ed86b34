using System.CommandLine;
using System.CommandLine.Parsing;
using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Diagnosis;
using AgentCraft.Data.Diagnosis.Remedies;
using AgentCraft.Data.Instances;
using AgentCraft.Data.Storage;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft doctor</c>: what this installation stands on, what is wrong with it, and what to do.</summary>
internal static class DoctorCommand
{
    private const int Found = 1, CouldNotLook = 2;

    private static readonly Option<bool> Json = new("--json") { Description = "Print everything as JSON." };
    private static readonly Option<bool> Fix = new("--fix") { Description = "Put right what is safe to put right. A backup is made first, and every change is noted." };
    private static readonly Option<string?> Undo = new("--undo") { Description = "Take back what --fix did: the newest, or the one of that name.", HelpName = "name", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> Reindex = new("--reindex") { Description = "Make indexes and counts again from the rows, put instances right (processes that are gone, broken metadata files) and make their index again from their directories." };

    public static Command Create()
    {
        Command command = new("doctor", """
            Look at all that the store stands on, while servers run, and say of each finding what is so, why it matters and the command to run next.
            A look changes nothing. Exit code 0: no errors; 1: errors; 2: it could not look.

            Example: agentcraft doctor --fix
            """) { Json, Fix, Undo, Reindex, Roots.StoreOption, Roots.Option };
        command.Validators.Add(result =>
        {
            if (new[] { result.GetResult(Fix), result.GetResult(Undo), result.GetResult(Reindex) }.Count(option => option is OptionResult { Implicit: false }) > 1)
                result.AddError("--fix, --undo and --reindex exclude each other.");
        });
        command.SetAction(Run);
        return command;
    }

    private static async Task<int> Run(ParseResult result, CancellationToken cancellationToken)
    {
        string root = Roots.Of(result);
        if (!Directory.Exists(root))
            return CannotLook($"The root {root} does not exist.", "Create the directory, or name another with --root.");
        bool asJson = result.GetValue(Json);
        StoreOptions options = Roots.StoreOptionsOf(result);
        Settings settings = SettingsOf(root, options);
        Doctor doctor = new(root, settings);
        try
        {
            if (result.GetResult(Undo) is { Implicit: false })
                return Print(await doctor.Undo(result.GetValue(Undo), cancellationToken), asJson);
            if (result.GetValue(Fix))
                return Print(await doctor.Fix(cancellationToken: cancellationToken), asJson);
            if (result.GetValue(Reindex))
                return await RunReindex(doctor, root, options, asJson, settings, cancellationToken);
            return Print(await doctor.Look(cancellationToken), asJson, settings);
        }
        catch (AgentCraftException failure)
        {
            return CannotLook(failure.Message, failure.Hint);
        }
    }

    private static async Task<int> RunReindex(Doctor doctor, string root, StoreOptions options, bool asJson, Settings settings, CancellationToken cancellationToken)
    {
        InstanceReport instances = await DoctorInstances.Reindex(root, options, cancellationToken);
        FixReport fixedNow = await doctor.Fix(onlyIndexes: true, cancellationToken);
        Console.Out.Write(asJson ? DoctorJson.Of(fixedNow.After, settings, instances, fixedNow) : DoctorText.Of(fixedNow) + DoctorInstances.ToText(instances) + "\n");
        return instances.Failed.Count > 0 || fixedNow.Done.Any(one => !one.Fixed) ? Found : ExitCodeOf(fixedNow.After);
    }

    /// <summary>With settings that cannot be read, the rest is looked at with the defaults; the finding says so.</summary>
    private static Settings SettingsOf(string root, StoreOptions options)
    {
        Dictionary<string, string> given = options.Store is { } store ? new() { ["store"] = store } : [];
        try
        {
            return Roots.LoadSettings(root, options.Project, given);
        }
        catch (AgentCraftException)
        {
            return new() { Store = options.Store ?? "" };
        }
    }

    private static int Print(DoctorReport report, bool asJson, Settings settings)
    {
        Console.Out.Write(asJson ? DoctorJson.Of(report, settings, DoctorInstances.Look(report.Root), null) : DoctorText.Of(report));
        return ExitCodeOf(report);
    }

    private static int Print(FixReport report, bool asJson)
    {
        Console.Out.Write(asJson ? DoctorJson.Of(report) : DoctorText.Of(report) + DoctorText.Of(report.After));
        return ExitCodeOf(report.After);
    }

    private static int Print(UndoReport report, bool asJson)
    {
        Console.Out.Write(asJson ? DoctorJson.Of(report) : DoctorText.Of(report));
        return 0;
    }

    private static int ExitCodeOf(DoctorReport report) => report.Status == Severity.Error ? Found : 0;

    private static int CannotLook(string message, string? hint)
    {
        Console.Error.WriteLine(message);
        if (hint is not null)
            Console.Error.WriteLine(hint);
        return CouldNotLook;
    }
}
