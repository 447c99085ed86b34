using System.Globalization;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Installation;

/// <summary>
/// Brings our server into the project's configuration of MCP clients, and out again. All is planned before the first byte is written: what
/// cannot be done for one file is done for none. Files are replaced as a whole, after a copy.
/// </summary>
/// <param name="root">The project.</param>
public sealed class Installation(string root)
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>What <c>init</c> makes: only files that are not there.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c>, <c>not_allowed</c>, <c>read_only</c></exception>
    public IReadOnlyList<PlannedFile> PlanInit(InstallRequest request) => EachOnce(
    [
        .. StartingFiles.All.Select(Begin),
        .. request.Clients.Select(client => ClientFilePlan.Init(new(_root, client.Path), client, request)),
        .. request.WithGuidance ? new[] { GuidancePlan.Init(_root) } : [],
    ]);

    /// <summary>What installing changes.</summary>
    /// <exception cref="AgentCraftException"><c>already_exists</c>, <c>invalid_configuration</c>, <c>not_allowed</c>, <c>read_only</c></exception>
    public IReadOnlyList<PlannedFile> PlanInstall(InstallRequest request) => EachOnce(
    [
        .. request.Clients.Select(client => ClientFilePlan.Install(new(_root, client.Path), client, request)),
        .. request.WithGuidance ? GuidancePlan.Install(_root, request.Clients) : [],
    ]);

    /// <summary>What taking it out changes. The paragraph for agents goes with the last client.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c>, <c>not_allowed</c>, <c>read_only</c></exception>
    public IReadOnlyList<PlannedFile> PlanUninstall(InstallRequest request)
    {
        InstallRecord record = InstallRecord.Read(_root);
        bool isLast = !ClientProgram.All.Except(request.Clients).Any(client => ClientFilePlan.Has(new(_root, client.Path), client));
        return EachOnce(
        [
            .. request.Clients.Select(client => ClientFilePlan.Uninstall(new(_root, client.Path), client, record, request.IsForced)),
            .. request.WithGuidance ? GuidancePlan.Uninstall(_root, record, isLast, request.Clients.Contains(ClientProgram.Claude)) : [],
        ]);
    }

    /// <summary>Does what a plan says, which is made again once nobody else is at it.</summary>
    /// <param name="plan">One of the plans above.</param>
    /// <param name="time">The clock; a backup is named after it.</param>
    /// <exception cref="AgentCraftException">As of the plan; <c>store_busy</c> naming the process that is at it; <c>store_unavailable</c> when a
    /// file cannot be written: those before it are, and running it again goes on from there.</exception>
    public Installed Apply(Func<IReadOnlyList<PlannedFile>> plan, TimeProvider time)
    {
        IReadOnlyList<PlannedFile> files = plan();
        if (!files.Any(file => file.IsChanged))
            return new(files, null);
        try
        {
            PrepareFolder();
            using FileEdit turn = FileEdit.Begin(InstallRecord.PathOf(_root));
            files = plan();
            return new(files, Write([.. files.Where(file => file.IsChanged)], time));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"Not everything could be written: {failure.Message}",
                $"Every file is as it was or as it shall be; those that were changed are in {InstallRecord.Folder} as they were. Make room or correct the permissions, then run the command again.", inner: failure);
        }
    }

    /// <summary>Two names of one file, by a link, are one change.</summary>
    private List<PlannedFile> EachOnce(IReadOnlyList<PlannedFile> files)
    {
        Dictionary<string, string> known = [];
        List<PlannedFile> once = [];
        foreach (PlannedFile file in files)
            once.Add(!file.IsChanged || known.TryAdd(new InstallFile(_root, file.Path).Location, file.Path) ? file
                : file with { Change = FileChange.There, Before = null, After = null, About = $"is the same file as {known[new InstallFile(_root, file.Path).Location]}" });
        return once;
    }

    private PlannedFile Begin((string Path, string About, string Text) file) => Path.Exists(Path.Combine(_root, file.Path))
        ? new(file.Path, FileChange.There, null, null, file.About) : new(file.Path, FileChange.Made, null, file.Text, file.About);

    /// <summary>Private, because configurations have secrets in them, and so have their copies.</summary>
    private void PrepareFolder()
    {
        OwnedDirectory.CreateBelow(Path.Combine(_root, ".agentcraft"), Path.Combine(_root, InstallRecord.Folder));
        string ignored = Path.Combine(_root, InstallRecord.Folder, ".gitignore");
        if (!File.Exists(ignored))
            File.WriteAllText(ignored, "*\n");
    }

    private string? Write(IReadOnlyList<PlannedFile> files, TimeProvider time)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{InstallRecord.Folder}/{time.GetUtcNow():yyyyMMdd-HHmmssfff}-{Environment.ProcessId}");
        InstallRecord record = InstallRecord.Read(_root);
        List<string> emptied = [];
        foreach (PlannedFile file in files)
        {
            string location = new InstallFile(_root, file.Path).Location, folder = Path.GetDirectoryName(location)!;
            if (file.Before is not null)
                Copy(Path.Combine(_root, name, file.Path), file.Before);
            if (file.After is null && record.Find(file.Path)?.MadeFolder == true)
                emptied.Add(folder);
            if (!IsOwn(file.Path))
                record.Note(file, $"{name}/{file.Path}", !Directory.Exists(folder));
        }
        record.Write();
        foreach (PlannedFile file in files)
            Replace(file);
        foreach (string folder in emptied.Where(folder => !Directory.EnumerateFileSystemEntries(folder).Any()))
            Directory.Delete(folder);
        return files.Any(file => file.Before is not null) ? name : null;
    }

    private static bool IsOwn(string path) => path.Split('/')[0] is ".agentcraft" or ".agents";

    private static void Copy(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WholeFile.Write(path, text);
    }

    /// <summary>An editor takes no lock: what it has saved since is not overwritten.</summary>
    private void Replace(PlannedFile file)
    {
        InstallFile target = new(_root, file.Path);
        if (target.Read() != file.Before)
            throw new AgentCraftException(ErrorCodes.VersionConflict, $"{file.Path} has been changed by somebody else at this moment.", "It was left as it is. Run the command again.", retryable: true);
        string location = target.Location;
        if (file.After is null)
        {
            File.Delete(location);
            return;
        }
        // Those of the store are their owner's only, whoever makes them first.
        if (IsOwn(file.Path))
            OwnedDirectory.Create(Path.GetDirectoryName(location)!);
        else
            Directory.CreateDirectory(Path.GetDirectoryName(location)!);
        WholeFile.Write(location, file.After);
    }
}
