using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Outputs;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What agents make.</summary>
internal sealed partial class OutputTools(Stores stores)
{
    /// <summary>Records what you made as the newest version of its path. Equal contents are kept once.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="path">Relative to the project</param>
    /// <param name="type">Default file</param>
    /// <param name="content">Up to 2 MiB</param>
    /// <param name="encoding">Of content; default text</param>
    /// <param name="fromFile">Instead of content</param>
    /// <param name="session">Default: current</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "record_output", Title = "Record output", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Outputs)]
    public partial Task<RecordedOutput> RecordOutput(
        ToolCall call, string path, string? agent = null, OutputType? type = null, string? content = null, ContentEncoding? encoding = null, bool? fromFile = null,
        string? session = null, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        if (content is null != (fromFile ?? false) || (content is null && encoding is not null))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass either content or fromFile: true.",
                "content: \"…\" (with encoding: \"base64\" for bytes), or fromFile: true to have the server read path below the project's root.");
        return stores.Outputs.Record(new()
        {
            Agent = call.Me(agent), Path = path, Type = type ?? OutputType.File, Content = content, Encoding = encoding ?? ContentEncoding.Text, Session = session,
        }, idempotencyKey, cancellationToken);
    }

    /// <summary>Lists recorded outputs, every version, newest first, without contents.</summary>
    /// <param name="project">Default: this one</param>
    /// <param name="agent">By this agent</param>
    /// <param name="type">This type</param>
    /// <param name="path">A path, or directory/</param>
    /// <param name="session">Of this session</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Before</param>
    /// <param name="order">Default desc</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_outputs", Title = "List outputs", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Outputs)]
    public partial Task<OutputPage> ListOutputs(
        string? project = null, string? agent = null, OutputType? type = null, string? path = null, string? session = null, string? since = null,
        string? until = null, ListOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.OutputLists.List(
            new() { Project = project, Agent = agent, Type = type, Path = path, Session = session, Range = TimeRange.Parse(since, until) },
            new() { Order = order ?? ListOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Reads what an output holds, or with diff what changed since the version before. Bytes come as base64; long contents in
    /// parts.</summary>
    /// <param name="id">Its id</param>
    /// <param name="path">Or its path</param>
    /// <param name="version">Of path; default: newest</param>
    /// <param name="project">Of path; default: ours</param>
    /// <param name="diff">true for the diff</param>
    /// <param name="offset">nextOffset of the last part</param>
    [McpServerTool(Name = "get_output", Title = "Get output", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Outputs)]
    public partial Task<OutputPart> GetOutput(
        string? id = null, string? path = null, int? version = null, string? project = null, bool? diff = null, int? offset = null,
        CancellationToken cancellationToken = default)
    {
        if (id is null == path is null || (id is not null && (version is not null || project is not null)))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass either id or path; version and project go with path.", "list_outputs shows both.");
        return stores.OutputReading.Get(new() { Id = id, Path = path, Version = version, Project = project, Diff = diff ?? false, Offset = offset ?? 0 }, cancellationToken);
    }

    /// <summary>Finds words in the newest version of each path: all must occur. Returns excerpts with the places of the matches.</summary>
    /// <param name="query">Words, "a phrase", prefix*</param>
    /// <param name="project">Default: this one</param>
    /// <param name="agent">By this agent</param>
    /// <param name="type">This type</param>
    /// <param name="path">A path, or directory/</param>
    /// <param name="allVersions">true: earlier versions too</param>
    /// <param name="order">Default desc</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "search_outputs", Title = "Search outputs", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Outputs)]
    public partial Task<OutputHitPage> SearchOutputs(
        string query, string? project = null, string? agent = null, OutputType? type = null, string? path = null, bool? allVersions = null,
        ListOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.OutputSearch.Find(query, new() { Project = project, Agent = agent, Type = type, Path = path }, allVersions ?? false,
            new() { Order = order ?? ListOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Lists the paths of recorded outputs, each with its newest version.</summary>
    /// <param name="project">Default: this one</param>
    /// <param name="path">A directory/</param>
    /// <param name="agent">Newest by this agent</param>
    /// <param name="type">Newest of this type</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_output_paths", Title = "List output paths", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Outputs)]
    public partial Task<OutputPathPage> ListOutputPaths(
        string? project = null, string? path = null, string? agent = null, OutputType? type = null, int? limit = null, string? cursor = null,
        CancellationToken cancellationToken = default) =>
        stores.OutputLists.ListPaths(new() { Project = project, Path = path, Agent = agent, Type = type }, Paging.Limit(limit), cursor, cancellationToken);
}
