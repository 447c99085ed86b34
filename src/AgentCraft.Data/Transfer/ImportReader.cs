using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Transfer;

/// <summary>Reads the rows of an export. What it lets through is of a known table and of the right types; whether it fits the store is not its matter.</summary>
internal sealed class ImportReader(ImportFile file, Databases databases)
{
    private const int Deepest = 8;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Deepest, AllowDuplicateProperties = false };

    private readonly TransferSchema _central = TransferSchema.OfCentral(databases.Engine);
    private readonly Dictionary<string, (MigrationSet Set, TransferSchema Schema)> _sets = new(StringComparer.Ordinal);

    /// <summary>The central tables.</summary>
    public TransferSchema Central => _central;

    /// <summary>The first line; known once the first row is asked for.</summary>
    public TransferHeader Header { get; private set; } = null!;

    /// <summary>Tells this export from all others; known with the header.</summary>
    public string Identity { get; private set; } = "";

    /// <summary>What the last line says of the file; known after the last row.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Up to where it has read, in bytes.</summary>
    public long Place { get; private set; }

    /// <summary>All rows in their order. By the end it is certain that the file is whole and undamaged.</summary>
    /// <exception cref="AgentCraftException">The line that is wrong, and why.</exception>
    public IEnumerable<ImportedRow> Rows()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ImportSection? section = null;
        TransferTrailer? trailer = null;
        Dictionary<string, long> counts = [];
        foreach (ImportLine line in file.Lines())
        {
            Place = line.Place;
            if (trailer is not null)
                throw Fault(line.Number, "nothing may follow the line that ends an export");
            using JsonDocument document = Parse(line);
            JsonElement element = document.RootElement;
            if (line.Number == 1)
                (Header, Identity) = (ReadHeader(element), Convert.ToHexStringLower(SHA256.HashData(line.Bytes.Span))[..16]);
            else if (element.TryGetProperty("t"u8, out JsonElement table))
            {
                ImportedRow row = ReadRow(line, element, table, section);
                counts[row.Counted] = counts.GetValueOrDefault(row.Counted) + 1;
                yield return row;
            }
            else if (element.TryGetProperty("agent"u8, out JsonElement agent))
                section = ReadSection(line.Number, element, agent);
            else
                trailer = ReadTrailer(line, element, hash, counts);
            if (!line.IsWhole && trailer is null)
                throw CutOff(line.Number);
            hash.AppendData(line.Bytes.Span);
            hash.AppendData("\n"u8);
        }
        if (Header is null)
            throw Fault(1, "the file is empty");
        Sha256 = (trailer ?? throw CutOff(null)).Sha256;
    }

    /// <summary>What is wrong with a line.</summary>
    public AgentCraftException Fault(long line, string fault, Exception? inner = null) =>
        new(ErrorCodes.InvalidArgument, $"{file.Name}, line {line}: {fault}.", "Export it again where it comes from.", inner: inner);

    private AgentCraftException CutOff(long? line) =>
        new(ErrorCodes.InvalidArgument, $"{file.Name}{(line is null ? "" : $", line {line}")}: the file is cut off, its last line is missing.", "Nothing was changed. Copy or export it again.");

    private JsonDocument Parse(ImportLine line)
    {
        if (!Utf8.IsValid(line.Bytes.Span))
            throw Fault(line.Number, "it is no UTF-8");
        try
        {
            JsonDocument document = JsonDocument.Parse(line.Bytes, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw Fault(line.Number, "it is no object of JSON");
        }
        catch (JsonException broken)
        {
            throw line.IsWhole ? Fault(line.Number, $"it is no JSON of an export ({broken.Message.Split(" LineNumber")[0].TrimEnd('.', ' ')})", broken) : CutOff(line.Number);
        }
    }

    private TransferHeader ReadHeader(JsonElement element)
    {
        if (!element.TryGetProperty("agentcraft"u8, out JsonElement kind) || kind.ValueKind != JsonValueKind.String || kind.GetString() != "export")
            throw Fault(1, "the file does not begin as an export of AgentCraft");
        if (element.TryGetProperty("format"u8, out JsonElement format) && (!format.TryGetInt32(out int number) || number > TransferHeader.CurrentFormat))
            throw TooNew($"its format is {format.GetRawText()}, and this program reads {TransferHeader.CurrentFormat}");
        TransferHeader header = Read(1, () => element.Deserialize(TransferJson.Default.TransferHeader));
        foreach ((string name, string newest) in header.Schemas)
            if (MigrationSet.Find(name, databases.Engine) is { } set && set.Migrations.All(migration => migration.Name != newest)
                && string.CompareOrdinal(newest, set.Migrations[^1].Name) > 0)
                throw TooNew($"its tables are those of '{name}/{Text.Shown(newest, 60)}', which this program does not know");
        return header;
    }

    private AgentCraftException TooNew(string why) => new(ErrorCodes.StoreTooNew, $"{file.Name}, line 1: {why}.", "Use the newer AgentCraft that wrote it; nothing was changed.");

    private ImportSection ReadSection(long line, JsonElement element, JsonElement agent)
    {
        if (element.GetPropertyCount() != 2 || agent.ValueKind != JsonValueKind.String || !element.TryGetProperty("set"u8, out JsonElement set) || set.ValueKind != JsonValueKind.String)
            throw Fault(line, "an agent's part begins with its id and the set of tables");
        string name = Read(line, set.GetString);
        if (!_sets.TryGetValue(name, out var known))
        {
            const string Prefix = "agents/";
            MigrationSet? found = name == databases.Schemas.OfAll.Name ? databases.Schemas.OfAll
                : name.StartsWith(Prefix, StringComparison.Ordinal) ? databases.Schemas.Find(name[Prefix.Length..]) : null;
            known = found is null
                ? throw Fault(line, $"there is no schema '{TransferNames.Shown(name)}' here; if it is a project's own, copy .agentcraft/schemas/agents first")
                : (found, TransferSchema.OfAgent([found]));
            _sets.Add(name, known);
        }
        return new(Read(line, agent.GetString), known.Set, known.Schema);
    }

    private TransferTrailer ReadTrailer(ImportLine line, JsonElement element, IncrementalHash hash, Dictionary<string, long> counts)
    {
        if (!element.TryGetProperty("end"u8, out JsonElement end) || end.ValueKind != JsonValueKind.True)
            throw Fault(line.Number, "it is neither a row nor the end");
        TransferTrailer trailer = Read(line.Number, () => element.Deserialize(TransferJson.Default.TransferTrailer));
        if (trailer.Lines != line.Number - 1)
            throw Fault(line.Number, $"the export had {trailer.Lines} lines before this one, and the file has {line.Number - 1}");
        if (trailer.Counts.Count != counts.Count || counts.Any(table => trailer.Counts.GetValueOrDefault(table.Key) != table.Value))
            throw Fault(line.Number, "the export had other numbers of rows than the file has");
        return trailer.Sha256 == Convert.ToHexStringLower(hash.GetCurrentHash()) ? trailer
            : throw Fault(line.Number, "the file was changed since it was exported: its SHA-256 is another");
    }

    private ImportedRow ReadRow(ImportLine line, JsonElement element, JsonElement tableName, ImportSection? section)
    {
        string name = Read(line.Number, tableName.GetString);
        if (element.GetPropertyCount() != 2 || !element.TryGetProperty("r"u8, out JsonElement row) || row.ValueKind != JsonValueKind.Object)
            throw Fault(line.Number, "a row has its table as t and its values as r, and nothing else");
        TransferTable table = (section?.Schema ?? _central).Find(name)
            ?? throw Fault(line.Number, $"there is no table '{TransferNames.Shown(name)}'{(section is null ? "" : $" in {section.Set.Name}")} that can be imported");
        ImportedRow imported = new(line.Number, line.Bytes.Length, table, new object?[table.Columns.Count], new bool[table.Columns.Count], section);
        foreach (JsonProperty property in row.EnumerateObject())
        {
            int at = table.IndexOf(property.Name);
            if (at < 0)
                throw Fault(line.Number, $"{name} has no column '{TransferNames.Shown(property.Name)}'");
            imported.Given[at] = true;
            imported.Values[at] = Read(line.Number, () => ImportValue.Read(table.Columns[at], property.Value), $"{name}.{property.Name}");
        }
        Read(line.Number, () => { ImportValue.Check(imported); return true; }, name);
        return imported;
    }

    private T Read<T>(long line, Func<T?> read, string? what = null)
    {
        try
        {
            return read()!;
        }
        catch (Exception wrong) when (wrong is AgentCraftException or JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            throw Fault(line, $"{(what is null ? "" : what + ": ")}{wrong.Message.TrimEnd('.')}", wrong);
        }
    }
}

/// <summary>Names from a file, for messages.</summary>
internal static class TransferNames
{
    public static string Shown(string name) => new([.. Text.Shown(name, 60).Select(c => char.IsControl(c) ? '?' : c)]);
}

/// <summary>From here on rows are of an agent's own tables.</summary>
/// <param name="AgentId">Whose.</param>
/// <param name="Set">Which of them.</param>
/// <param name="Schema">As they travel.</param>
internal sealed record ImportSection(string AgentId, MigrationSet Set, TransferSchema Schema);

/// <summary>A row of the file.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Size">Bytes of the line.</param>
/// <param name="Table">Of which table.</param>
/// <param name="Values">By the table's columns; references as text.</param>
/// <param name="Given">Which columns the file names.</param>
/// <param name="Section">Whose it is; null for a central row.</param>
internal sealed record ImportedRow(long Line, int Size, TransferTable Table, object?[] Values, bool[] Given, ImportSection? Section)
{
    /// <summary>The value of a column; null for none.</summary>
    public object? this[string column] => Table.IndexOf(column) is >= 0 and var at ? Values[at] : null;

    /// <summary>Under what it is counted.</summary>
    public string Counted => (Section is null ? "" : "agent.") + Table.Name;

    /// <summary>What it is known by, as a reference to it says it.</summary>
    public string Key => TransferQuery.Reference([.. Table.Key.Select(column => this[column])]);
}
