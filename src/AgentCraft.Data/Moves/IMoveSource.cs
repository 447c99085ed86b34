namespace AgentCraft.Data.Moves;

/// <summary>The store that is moved away. From <see cref="Close"/> on nobody else can use it.</summary>
internal interface IMoveSource : IDisposable
{
    /// <summary>How a person knows it.</summary>
    string Shown { get; }

    /// <summary>Something was ever stored in it.</summary>
    bool HasStore { get; }

    /// <summary>The move that has begun, or was done; null when it is a store like any other.</summary>
    MoveNote? Note { get; }

    /// <summary>Who uses it now, for people.</summary>
    IReadOnlyList<string> Users();

    /// <summary>Writes the note down; nobody gets in from then on, and nobody is in when it returns. Again for a move that goes on.</summary>
    /// <exception cref="AgentCraftException"><c>store_busy</c> while somebody uses it; it is open to all again then, unless it had a note before</exception>
    void Close(MoveNote note);

    /// <summary>Changes the note, or takes it away: it is a store like any other again.</summary>
    void Say(MoveNote? note);

    /// <summary>Central first, then what each agent has.</summary>
    /// <exception cref="AgentCraftException"><c>store_too_new</c>, <c>migration_mismatch</c>, <c>invalid_configuration</c></exception>
    IReadOnlyList<MovePart> Parts();

    /// <summary>The rows of a part, for reading.</summary>
    PartRows Open(MovePart part);

    /// <summary>An agent's: what cursors of it carry, and what they carried before.</summary>
    PartLife LifeOf(MovePart part, PartRows rows);

    /// <summary>Tables that nobody of us has made; they stay where they are.</summary>
    IReadOnlyList<string> Strangers();

    /// <summary>Before anything is copied.</summary>
    /// <exception cref="AgentCraftException"><c>store_damaged</c> for rows that refer to what is not there</exception>
    void CheckReferences();
}

/// <summary>The store that is to be. Until <see cref="Release"/> nobody else can use it.</summary>
internal interface IMoveTarget : IDisposable
{
    /// <summary>How a person knows it.</summary>
    string Shown { get; }

    /// <summary>What is there.</summary>
    TargetState Look();

    /// <summary>Makes room and tables; what was done before is left as it is.</summary>
    void Prepare(MoveNote note, string from, IReadOnlyList<PartPlan> plans);

    /// <summary>How far it is. Once it is prepared.</summary>
    MoveJournal Journal { get; }

    /// <summary>The rows of a part, for writing and reading.</summary>
    PartRows Open(PartPlan plan);

    /// <summary>What is copied to a part is on the disk.</summary>
    void Settle(PartRows rows);

    /// <summary>Checks references and makes it ready for use.</summary>
    void Complete();

    /// <summary>It is the store from now on; what was there before is put aside, and nothing is deleted. Returns where; null when nothing was there.</summary>
    string? Release(IReadOnlyList<PartPlan> plans);

    /// <summary>Takes away what was copied, and puts back what was there before.</summary>
    void Discard();
}

/// <summary>A part on its way.</summary>
/// <param name="Part">It.</param>
/// <param name="Life">Of an agent's.</param>
/// <param name="First">The lowest number of a row of any of its tables; 0 when it has none.</param>
/// <param name="Last">The highest.</param>
internal sealed record PartPlan(MovePart Part, PartLife Life, long First, long Last);

/// <summary>What cursors of a part carry.</summary>
/// <param name="Epoch">Now.</param>
/// <param name="Former">Before, and by how much numbers were raised since.</param>
internal sealed record PartLife(string Epoch, IReadOnlyDictionary<string, long> Former);

/// <summary>What there is in the place of a target.</summary>
internal sealed record TargetState
{
    /// <summary>The move that has begun to fill it; null when none has.</summary>
    public string? Id { get; init; }
    /// <summary>From where that move comes.</summary>
    public string? From { get; init; }
    /// <summary>That move has checked everything.</summary>
    public bool IsComplete { get; init; }
    /// <summary>Why it cannot be a target: it "holds …".</summary>
    public string? Taken { get; init; }
    /// <summary>What is there and will be put aside; null when there is nothing.</summary>
    public string? Aside { get; init; }
}
