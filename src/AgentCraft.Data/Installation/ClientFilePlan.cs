using AgentCraft.Data.Configuration.Parsing;

namespace AgentCraft.Data.Installation;

/// <summary>What becomes of a client's configuration.</summary>
internal static class ClientFilePlan
{
    private const string Name = ServerEntry.Name;

    /// <summary>With our server in it.</summary>
    /// <exception cref="AgentCraftException"><c>already_exists</c> when somebody else's server has our name; <c>invalid_configuration</c>.</exception>
    public static PlannedFile Install(InstallFile file, ClientProgram client, InstallRequest request)
    {
        ServerEntry wanted = request.EntryOf(client);
        string about = $"{client.Title} starts '{wanted.ToCommandLine()}'";
        string? before = file.Read();
        if (before is null)
            return new(client.Path, FileChange.Made, null, client.NewFile(wanted), about, client);
        if (IsBlank(before))
            return new(client.Path, FileChange.Added, before, file.Edit(before, _ => client.NewFile(wanted)), about, client);
        (bool isThere, ServerEntry? present) = file.Ask(before, text => new JsonEdit(text).Find(client.Section, Name) is { } node ? (true, ServerEntry.Of(node)) : (false, null));
        if (isThere && present is not null && present.Equals(wanted))
            return new(client.Path, FileChange.There, before, before, about, client);
        if (isThere && !request.IsForced)
            return present is { IsOurs: true }
                ? new(client.Path, FileChange.Kept, before, before, $"{client.Title} starts '{present.ToCommandLine()}' already; --force would make that '{wanted.ToCommandLine()}'", client)
                : throw new AgentCraftException(ErrorCodes.AlreadyExists, $"{client.Path} has a server '{Name}' that {(present is null ? "is not started by a command" : $"starts '{Text.Shown(present.ToCommandLine())}'")}.",
                    "Nothing was changed. Give that server another name, or let it be replaced with --force (a backup is made).");
        return Checked(file, new(client.Path, isThere ? FileChange.Replaced : FileChange.Added, before, file.Edit(before, text => new JsonEdit(text).Set(client.Section, Name, wanted)), about, client) { HadOurs = present is { IsOurs: true } }, wanted);
    }

    /// <summary>As <c>init</c> has it: made where there is none, and never changed.</summary>
    public static PlannedFile Init(InstallFile file, ClientProgram client, InstallRequest request)
    {
        try
        {
            if (file.Read() is not { } text)
                return Install(file, client, request);
            bool isThere = !IsBlank(text) && file.Ask(text, bare => new JsonEdit(bare).Find(client.Section, Name) is not null);
            return new(client.Path, isThere ? FileChange.There : FileChange.Kept, text, text,
                isThere ? $"{client.Title} has a server '{Name}'" : $"has no server '{Name}' yet: agentcraft install --client {client.Name}", client);
        }
        catch (AgentCraftException fault)
        {
            return new(client.Path, FileChange.Kept, null, null, fault.Message, client);
        }
    }

    /// <summary>Without our server.</summary>
    public static PlannedFile Uninstall(InstallFile file, ClientProgram client, InstallRecord record, bool isForced)
    {
        string? before = file.Read();
        if (before is null || IsBlank(before))
            return new(client.Path, FileChange.Absent, before, before, "has nothing of ours", client);
        (bool isThere, ServerEntry? present) = file.Ask(before, text => new JsonEdit(text).Find(client.Section, Name) is { } node ? (true, ServerEntry.Of(node)) : (false, null));
        if (!isThere)
            return new(client.Path, FileChange.Absent, before, before, "has nothing of ours", client);
        if (present is not { IsOurs: true } && !isForced)
            return new(client.Path, FileChange.Kept, before, before, $"has a server '{Name}' that was not written by this command; --force takes it out, too", client);
        if (record.Untouched(client.Path, before) is { Made: false } known && record.Before(known) is { } original)
            return new(client.Path, FileChange.Removed, before, original, "as it was before", client);
        string after = file.Edit(before, text => new JsonEdit(text).Remove(client.Section, Name));
        bool wasOurs = record.Find(client.Path)?.Made ?? (present is not null && before == client.NewFile(present));
        return wasOurs && file.Ask(after, text => new JsonEdit(text).IsEmptyBut(client.Section))
            ? new(client.Path, FileChange.Deleted, before, null, "nothing else was in it", client)
            : Checked(file, new(client.Path, FileChange.Removed, before, after, $"{client.Title} starts AgentCraft no more", client), null);
    }

    /// <summary>Our server is in a file.</summary>
    public static bool Has(InstallFile file, ClientProgram client) =>
        file.Read() is { } text && !IsBlank(text) && file.Ask(text, bare => new JsonEdit(bare).Find(client.Section, Name) is { } node && ServerEntry.Of(node) is { IsOurs: true });

    private static bool IsBlank(string text) => string.IsNullOrWhiteSpace(text.TrimStart('\uFEFF'));

    /// <summary>A mistake of ours must not reach somebody's file: what will stand there says the same as before, but for our server.</summary>
    private static PlannedFile Checked(InstallFile file, PlannedFile planned, ServerEntry? wanted)
    {
        ConfigNode was = file.Ask(planned.Before!, text => ConfigText.Read(text, isJson: true)), now = file.Ask(planned.After!, text => ConfigText.Read(text, isJson: true));
        ClientProgram client = planned.Client!;
        bool isRight = Same(was, now, client.Section) && (now.Find(client.Section)?.Find(Name) is { } node ? wanted is not null && ServerEntry.Of(node)!.Equals(wanted) : wanted is null);
        return isRight ? planned : throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"{planned.Path} is written in a way that cannot be changed safely.",
            $"Nothing was changed. Do it by hand: {(wanted is null ? "take out" : $"put {ServerEntry.Quoted(Name)}: {wanted} into")} '{client.Section}'{(wanted is null ? $" '{Name}'" : "")}.");
    }

    private static bool Same(ConfigNode was, ConfigNode now, string? section)
    {
        if (was.Kind != now.Kind || was.Text != now.Text || was.Items.Count != now.Items.Count)
            return false;
        List<ConfigField> before = [.. was.Fields.Where(field => section != "" || field.Name != Name)], after = [.. now.Fields.Where(field => section != "" || field.Name != Name)];
        if (section is { Length: > 0 } && was.Find(section) is null)
            after.RemoveAll(field => field.Name == section);
        return before.Count == after.Count && before.Zip(after).All(pair => pair.First.Name == pair.Second.Name && Same(pair.First.Value, pair.Second.Value, pair.First.Name == section ? "" : null))
            && was.Items.Zip(now.Items).All(pair => Same(pair.First, pair.Second, null));
    }
}
