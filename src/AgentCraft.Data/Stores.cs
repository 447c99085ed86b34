using AgentCraft.Data.Activities;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Claims;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Documents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.History;
using AgentCraft.Data.Instances;
using AgentCraft.Data.Maintenance;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Metrics;
using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Outputs;
using AgentCraft.Data.Overviews;
using AgentCraft.Data.Processes;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Pruning;
using AgentCraft.Data.Records;
using AgentCraft.Data.Search;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Tasks;
using AgentCraft.Data.Tokens;
using AgentCraft.Data.Toolbox;
using AgentCraft.Data.Transfer;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Data;

/// <summary>All stores of one root, put together in one place; what the tools, the command line and the dashboard are given.</summary>
public sealed class Stores : IAsyncDisposable
{
    /// <summary>Puts them together; no file is opened or created before the first use.</summary>
    public Stores(string root, Settings settings, TimeProvider time, ILoggerFactory? logs = null)
    {
        Settings = settings;
        StoreSettings store = settings.OfStore();
        Databases = new Databases(root, store, time, logs?.CreateLogger<Databases>());
        IdempotencyKeys keys = new();
        EventStore events = new();
        ProjectStore projects = Projects = new(Databases, settings.Project, settings.RootProject);
        AgentRecords records = new(Databases);
        Agents = new AgentStore(Databases, projects, events, TimeSpan.FromSeconds(settings.Agents.LiveSeconds));
        Audit = new AuditLog(Databases);
        AuditArchive = new AuditArchive(Databases, store.CentralFile(root) + ".audit");
        AuditCheck = new AuditCheck(Databases, AuditArchive);
        Tokens = new TokenStore(Databases, Agents, projects);
        TokenCheck = new TokenCheck(Databases);
        Claims = new ClaimStore(Databases, Agents, projects, events, keys);
        Heartbeats = new Heartbeats(Databases);
        SessionArchive = new SessionArchive(Databases, projects, Agents, events, settings.Sessions);
        Sessions = new SessionStore(Databases, projects, Agents, Claims, events, SessionArchive);
        Activity = new ActivityLog(Databases, Agents, projects, Sessions);
        SessionViews = new SessionViews(Databases, projects, Agents, Sessions);
        Names = new NameStore(Databases);
        Search = new SearchIndex(Databases);
        PlainSearch = new PlainSearch(Databases);
        Messages = new MessageStore(Databases, Agents, Sessions, keys, Search, settings.Messages);
        MessageSearch = new MessageSearch(Databases, Agents, Sessions, Search);
        Threads = new ThreadStore(Databases);
        Conversations = new ConversationStore(Databases, Agents);
        TaskLog taskLog = new(events, Sessions);
        Tasks = new TaskStore(Databases, Agents, projects, taskLog, keys);
        TaskQueue = new TaskQueue(Databases, Agents, Tasks, taskLog, keys);
        TaskChanges = new TaskChanges(Databases, Agents, Tasks, TaskQueue, taskLog);
        TaskTrees = new TaskTrees(Databases, Agents, Tasks);
        Processes = new ProcessStore(Databases, Agents, events, keys);
        ProcessRuns = new ProcessRuns(Databases, Agents, Sessions, Tasks, events, keys);
        Events = new EventLog(Databases, events, Agents, projects, Sessions, keys);
        Documents = new DocumentStore(Databases, Agents, events, keys, Search);
        DocumentSearch = new DocumentSearch(Databases, Agents, Search);
        Inboxes = new InboxStore(Databases, Agents);
        Metrics = new MetricStore(Databases, Agents, Sessions, keys);
        MetricReports = new MetricReports(Databases, Agents, projects, Sessions);
        Analyses = new AnalysisStore(Databases);
        OwnFiles files = new(Databases, Agents, Sessions);
        History = new HistoryStore(files, keys, Search);
        HistorySums = new HistorySums(files);
        HistorySearch = new HistorySearch(files);
        AnalysisLog = new AnalysisLog(files, Analyses, keys);
        RecordTables = new RecordTables(Databases, files);
        Records = new RecordStore(files, RecordTables, keys);
        RecordQuery = new RecordQuery(files, RecordTables);
        OutputFiles contents = new(files);
        OutputIndex outputIndex = new(Databases, contents);
        Pruning = new RecordPruning(Databases, Agents, projects, History, contents, events);
        Maintenance = new StoreMaintenance(Databases, Agents, SessionArchive, Pruning, events, settings.Maintenance);
        Check = new StoreCheck(Databases, Agents);
        Monitor = new StoreMonitor(Databases, new AlertStore(Agents, projects, Messages, events, settings.Monitoring), settings);
        Statistics = new StoreStatistics(Databases, Monitor);
        Outputs = new OutputStore(Databases, Agents, Sessions, contents, keys, settings.Outputs, Search, outputIndex);
        OutputLists = new OutputLists(Databases, projects, Agents, Sessions);
        OutputReading = new OutputReading(Databases, projects, contents);
        OutputSearch = new OutputSearch(Databases, projects, Agents, Sessions, contents, outputIndex);
        Usage = new UsageStore(Databases, Agents, projects, events, keys);
        AgentLife = new AgentLife(Databases, Agents, Sessions, Claims, events, records, Search);
        AgentTrees = new AgentTrees(Databases, Agents, projects);
        AgentBoard = new AgentBoard(Databases, Agents);
        ProjectChanges = new ProjectChanges(Databases, projects, Agents, events, keys);
        ProjectStatistics = new ProjectStatistics(Databases, projects, Agents);
        ProjectDeletion = new ProjectDeletion(Databases, projects, Agents, Sessions, events, records, Search, settings.Handover);
        Tools = new ToolStore(Databases, Agents, events, keys);
        Grants = new GrantStore(Databases, Agents, Tools, events, keys);
        Capabilities = new CapabilitySearch(Databases, Agents, projects);
        HandoverTemplates = new HandoverLibrary(Databases.Root);
        Configs = new ConfigLibrary(Databases.Root);
        HandoverKeeper keeper = new(Databases, Agents, projects, events, Sessions, settings.Handover);
        Handovers = new HandoverStore(keeper, HandoverTemplates, Agents, Sessions, events, Analyses, keys);
        HandoverRevisions = new HandoverRevisions(keeper, HandoverTemplates, keys);
        HandoverLife = new HandoverLife(keeper, HandoverRevisions);
        Export = new StoreExport(Databases, Agents, projects, settings.Handover.Agent);
        Import = new StoreImport(Databases, Agents, projects, settings.Handover.Agent);
        Overviews = new OverviewStore(Databases, Agents, Handovers);
        SessionAnalyses = new SessionAnalyses(keeper, Agents, Sessions, events, Analyses, keys);
        Restores = new RestoreStore(Databases, store, events, AuditArchive);
        Backups = new BackupStore(Databases, store, settings.Backup, Agents, events, keys);
        Recommendations = new RecommendationStore(keeper, SessionAnalyses, keys);
        InstanceIndex instances = new(Databases, Agents, Sessions, events);
        Instances = new InstanceStore(Databases, Agents, projects, instances, keys, Configs.Resolve, store.WriteTimeout);
        InstanceRecovery = new InstanceRecovery(Databases, Agents, Instances, instances, store.WriteTimeout);
    }

    /// <summary>The effective settings.</summary>
    public Settings Settings { get; }
    /// <summary>The files.</summary>
    public Databases Databases { get; }
    /// <summary>What they work on.</summary>
    public ProjectStore Projects { get; }
    /// <summary>How projects come and change.</summary>
    public ProjectChanges ProjectChanges { get; }
    /// <summary>Their numbers.</summary>
    public ProjectStatistics ProjectStatistics { get; }
    /// <summary>How they go.</summary>
    public ProjectDeletion ProjectDeletion { get; }
    /// <summary>Who there is.</summary>
    public AgentStore Agents { get; }
    /// <summary>Who may call over HTTP.</summary>
    public TokenStore Tokens { get; }
    /// <summary>Whether a caller is who it says.</summary>
    public TokenCheck TokenCheck { get; }
    /// <summary>Who did what.</summary>
    public AuditLog Audit { get; }
    /// <summary>Who did what long ago.</summary>
    public AuditArchive AuditArchive { get; }
    /// <summary>Whether that is still what was written.</summary>
    public AuditCheck AuditCheck { get; }
    /// <summary>How they stand and go.</summary>
    public AgentLife AgentLife { get; }
    /// <summary>Who works for whom.</summary>
    public AgentTrees AgentTrees { get; }
    /// <summary>Who is there, and on what.</summary>
    public AgentBoard AgentBoard { get; }
    /// <summary>What they have used up.</summary>
    public UsageStore Usage { get; }
    /// <summary>What somebody may mean who has typed the beginning.</summary>
    public NameStore Names { get; }
    /// <summary>Who was heard from.</summary>
    public Heartbeats Heartbeats { get; }
    /// <summary>Who works together.</summary>
    public SessionStore Sessions { get; }
    /// <summary>What happened.</summary>
    public EventLog Events { get; }
    /// <summary>What happens now.</summary>
    public ActivityLog Activity { get; }
    /// <summary>How it leaves for another store.</summary>
    public StoreExport Export { get; }
    /// <summary>How what left another store comes in.</summary>
    public StoreImport Import { get; }
    /// <summary>How everything stands.</summary>
    public OverviewStore Overviews { get; }
    /// <summary>What goes on there.</summary>
    public SessionViews SessionViews { get; }
    /// <summary>How old ones are put away.</summary>
    public SessionArchive SessionArchive { get; }
    /// <summary>What was said.</summary>
    public MessageStore Messages { get; }
    /// <summary>Where a word was said.</summary>
    public MessageSearch MessageSearch { get; }
    /// <summary>What was said in one thread.</summary>
    public ThreadStore Threads { get; }
    /// <summary>Who talks with whom.</summary>
    public ConversationStore Conversations { get; }
    /// <summary>What is kept for others.</summary>
    public DocumentStore Documents { get; }
    /// <summary>Where a word was written down.</summary>
    public DocumentSearch DocumentSearch { get; }
    /// <summary>What can be searched.</summary>
    public SearchIndex Search { get; }
    /// <summary>Where a text stands in what no index covers.</summary>
    public PlainSearch PlainSearch { get; }
    /// <summary>What is unread.</summary>
    public InboxStore Inboxes { get; }
    /// <summary>What there is to use.</summary>
    public ToolStore Tools { get; }
    /// <summary>Who may use it.</summary>
    public GrantStore Grants { get; }
    /// <summary>Who can do what.</summary>
    public CapabilitySearch Capabilities { get; }
    /// <summary>What was measured.</summary>
    public MetricStore Metrics { get; }
    /// <summary>What came of it.</summary>
    public MetricReports MetricReports { get; }
    /// <summary>What was handed over.</summary>
    public HandoverStore Handovers { get; }
    /// <summary>New versions of it, and checks.</summary>
    public HandoverRevisions HandoverRevisions { get; }
    /// <summary>What became of it.</summary>
    public HandoverLife HandoverLife { get; }
    /// <summary>What was found out about sessions.</summary>
    public SessionAnalyses SessionAnalyses { get; }
    /// <summary>What to look at next.</summary>
    public RecommendationStore Recommendations { get; }
    /// <summary>What it can be made from.</summary>
    public HandoverLibrary HandoverTemplates { get; }
    /// <summary>What agents can be made from.</summary>
    public ConfigLibrary Configs { get; }
    /// <summary>What was found out.</summary>
    public AnalysisStore Analyses { get; }
    /// <summary>What an agent and its model said.</summary>
    public HistoryStore History { get; }
    /// <summary>How what is old goes.</summary>
    public RecordPruning Pruning { get; }
    /// <summary>How the store is kept fit.</summary>
    public StoreMaintenance Maintenance { get; }
    /// <summary>Whether it is whole.</summary>
    public StoreCheck Check { get; }
    /// <summary>How it fares.</summary>
    public StoreMonitor Monitor { get; }
    /// <summary>How large it is.</summary>
    public StoreStatistics Statistics { get; }
    /// <summary>How much that was.</summary>
    public HistorySums HistorySums { get; }
    /// <summary>Where a word was said there.</summary>
    public HistorySearch HistorySearch { get; }
    /// <summary>What agents find out.</summary>
    public AnalysisLog AnalysisLog { get; }
    /// <summary>What an agent's type can keep.</summary>
    public RecordTables RecordTables { get; }
    /// <summary>How it is kept.</summary>
    public RecordStore Records { get; }
    /// <summary>How it is found.</summary>
    public RecordQuery RecordQuery { get; }
    /// <summary>What was made.</summary>
    public OutputStore Outputs { get; }
    /// <summary>What there is of it.</summary>
    public OutputLists OutputLists { get; }
    /// <summary>What it holds.</summary>
    public OutputReading OutputReading { get; }
    /// <summary>Which of it holds a word.</summary>
    public OutputSearch OutputSearch { get; }
    /// <summary>Who works on which paths.</summary>
    public ClaimStore Claims { get; }
    /// <summary>How it comes back.</summary>
    public RestoreStore Restores { get; }
    /// <summary>What is kept against loss.</summary>
    public BackupStore Backups { get; }
    /// <summary>What is to be done.</summary>
    public TaskStore Tasks { get; }
    /// <summary>Who works on it.</summary>
    public TaskQueue TaskQueue { get; }
    /// <summary>How it goes on.</summary>
    public TaskChanges TaskChanges { get; }
    /// <summary>How it hangs together.</summary>
    public TaskTrees TaskTrees { get; }
    /// <summary>How kinds of work are done.</summary>
    public ProcessStore Processes { get; }
    /// <summary>What becomes of them.</summary>
    public ProcessRuns ProcessRuns { get; }
    /// <summary>What was made from it.</summary>
    public InstanceStore Instances { get; }
    /// <summary>What is put right of that.</summary>
    public InstanceRecovery InstanceRecovery { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Audit.DisposeAsync();
        Search.Dispose();
        await Databases.DisposeAsync();
    }
}
