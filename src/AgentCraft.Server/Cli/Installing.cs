using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data;
using AgentCraft.Data.Installation;

namespace AgentCraft.Server.Cli;

/// <summary>Does what <c>init</c> and <c>install</c> have planned, starts the servers that it leaves behind, and tells all of it.</summary>
internal static class Installing
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = new PlainJsonEncoder(), DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Returns the exit code: 1 when a server that a client will start does not work.</summary>
    /// <param name="root">The project.</param>
    /// <param name="verb">What is done.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="request">What is to be started afterwards; null for nothing.</param>
    /// <param name="isDryRun">Nothing is changed or started.</param>
    /// <param name="asJson">For programs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> Run(string root, string verb, Func<IReadOnlyList<PlannedFile>> plan, InstallRequest? request, bool isDryRun, bool asJson, CancellationToken cancellationToken)
    {
        Installed done = isDryRun ? new(plan(), null) : new Installation(root).Apply(plan, TimeProvider.System);
        ServerEntry[] entries = isDryRun || request is null ? [] : [.. done.Files.Where(file => file.Client is not null).Select(EntryIn).OfType<ServerEntry>().Select(entry => entry.In(root)).Distinct()];
        ServerProof[] proofs = await Task.WhenAll(entries.Select(entry => ServerProof.Of(entry, root, cancellationToken)));
        Console.Out.Write(asJson ? ToJson(root, verb, done, proofs, isDryRun) : ToText(root, verb, done, proofs, request, isDryRun));
        return proofs.All(proof => proof.Failure is null) ? 0 : 1;
    }

    /// <summary>As it stands in the file now, whoever has written it.</summary>
    private static ServerEntry? EntryIn(PlannedFile file) => file.Change == FileChange.Kept && file.After is null ? null : ClientFiles.EntryIn(file);

    private static string ToText(string root, string verb, Installed done, ServerProof[] proofs, InstallRequest? request, bool isDryRun)
    {
        StringBuilder text = new();
        if (isDryRun)
            foreach (PlannedFile file in done.Files.Where(file => file.IsChanged))
                text.Append(SecretText.Hide(file.Diff));
        text.Append(isDryRun ? $"{(text.Length > 0 ? "\n" : "")}Nothing was changed; this would be done in {root}:\n" : $"{root}\n");
        int width = done.Files.Count == 0 ? 0 : done.Files.Max(file => file.Path.Length);
        foreach (PlannedFile file in done.Files)
            text.Append($"  {Word(file.Change),-8}  {file.Path.PadRight(width)}  {file.About}\n");
        if (done.Files.Count == 0)
            text.Append("  Nothing of AgentCraft is here.\n");
        if (done.Backup is { } backup)
            text.Append($"The files as they were are in {backup}.\n");
        foreach (ServerProof proof in proofs)
            text.Append(proof.Failure is null ? $"It works: '{proof.Entry.ToCommandLine()}' is {proof.Version} with {proof.Tools} tools.\n"
                : $"It does not work: '{proof.Entry.ToCommandLine()}': {proof.Failure}\n{proof.Next} The configuration stays; agentcraft install --uninstall takes it out.\n");
        return text.Append(Next(verb, done, proofs, request, isDryRun)).ToString();
    }

    private static string Next(string verb, Installed done, ServerProof[] proofs, InstallRequest? request, bool isDryRun)
    {
        if (isDryRun || request is null || proofs.Any(proof => proof.Failure is not null))
            return "";
        bool hasMore = verb == "init" && done.Files.Any(file => file.Change == FileChange.Kept);
        return $"""

            Next:
              {(hasMore ? "agentcraft install --client all   adds to the files that were there\n  " : "")}Start {string.Join(", ", request.Clients.Select(client => client.Title))} in this directory and allow the server 'agentcraft'. Tell your agents: Call start_session first.
              agentcraft status                 shows who is here and what they do
            {(OwnCommand.IsOfThisMachine(request.Command) ? "The command is a path of this machine: before others use these files, put agentcraft on the PATH and run install --force.\n" : "")}
            """;
    }

    private static string Word(FileChange change) => change switch
    {
        FileChange.Added => "added to",
        FileChange.Kept => "left",
        FileChange.Absent => "nothing",
        _ => change.ToString().ToLowerInvariant(),
    };

    private static string ToJson(string root, string verb, Installed done, ServerProof[] proofs, bool isDryRun) => new JsonObject
    {
        ["root"] = root,
        ["action"] = verb,
        ["dryRun"] = isDryRun,
        ["files"] = new JsonArray([.. done.Files.Select(file => (JsonNode)new JsonObject
        {
            ["path"] = file.Path, ["client"] = file.Client?.Name, ["change"] = file.Change.ToString().ToLowerInvariant(), ["changed"] = file.IsChanged, ["about"] = file.About,
            ["diff"] = isDryRun && file.IsChanged ? SecretText.Hide(file.Diff) : null,
        })]),
        ["backup"] = done.Backup,
        ["servers"] = new JsonArray([.. proofs.Select(proof => (JsonNode)new JsonObject
        {
            ["command"] = proof.Entry.Command, ["args"] = new JsonArray([.. proof.Entry.Args.Select(arg => (JsonNode)arg)]), ["works"] = proof.Failure is null,
            ["server"] = proof.Version, ["tools"] = proof.Failure is null ? proof.Tools : null, ["failure"] = proof.Failure, ["next"] = proof.Next,
        })]),
    }.ToJsonString(Indented) + "\n";
}
