namespace AgentCraft.Data.Claims;

/// <summary>
/// Decides whether some path matches two patterns: walks both automata at once, together with what makes a text a path, that its names are
/// neither empty nor <c>.</c> nor <c>..</c>. Each combination of states is visited once, so the cost is bounded by their number.
/// </summary>
internal sealed class GlobOverlap
{
    // How an automaton came to the beginning of a name: of the whole path, after a slash, or past a star that matched nothing of it.
    private const int First = 0, Slashed = 1, Starred = 2, Ways = 3;

    // Where the text read so far stands within a path: at the beginning of a name, with the way of each automaton, or within one.
    private const int Dot = Ways * Ways, TwoDots = Dot + 1, InName = Dot + 2, Places = Dot + 3;

    private readonly GlobAutomaton _a, _b;
    private readonly ulong[] _seen;
    private readonly Stack<int> _next = new();

    private GlobOverlap(GlobAutomaton a, GlobAutomaton b) =>
        (_a, _b, _seen) = (a, b, new ulong[((a.Count * b.Count * Places) + 63) / 64]);

    /// <param name="a">One pattern.</param>
    /// <param name="b">The other.</param>
    /// <param name="budget">How many combinations may be visited; what was used is taken off.</param>
    /// <exception cref="AgentCraftException"><c>pattern_too_complex</c> when that does not suffice</exception>
    public static bool Exists(GlobAutomaton a, GlobAutomaton b, ref int budget) => new GlobOverlap(a, b).Search(ref budget);

    private bool Search(ref int budget)
    {
        Visit(GlobAutomaton.Start, GlobAutomaton.Start, Beginning(First, First));
        while (_next.TryPop(out int at))
        {
            if (--budget < 0)
                throw new AgentCraftException(ErrorCodes.PatternTooComplex, "The patterns are too complex to be compared with what is claimed.",
                    "Claim fewer patterns at once, with fewer * and {…}; a directory such as src/** is the simplest.");
            (int place, int pair) = (at % Places, at / Places);
            (int a, int b) = (pair / _b.Count, pair % _b.Count);
            if (place == InName && Accepts(_a, a) && Accepts(_b, b))
                return true;
            Free(a, b, place);
            Read(a, b, place);
        }
        return false;
    }

    private static bool Accepts(GlobAutomaton automaton, int state) => state == automaton.End || state == automaton.Below;

    private void Free(int a, int b, int place)
    {
        bool begins = place < Dot;
        (int wayA, int wayB) = (place / Ways, place % Ways);
        foreach (int free in _a[a].Free)
            Visit(free, b, begins && _a[a].IsStar ? Beginning(Starred, wayB) : place);
        foreach (int free in _b[b].Free)
            Visit(a, free, begins && _b[b].IsStar ? Beginning(wayA, Starred) : place);
        if (!begins)
            return;
        if (_a[a].OverSlash >= 0 && wayA != Starred)
            Visit(_a[a].OverSlash, b, Beginning(Slashed, wayB));
        if (_b[b].OverSlash >= 0 && wayB != Starred)
            Visit(a, _b[b].OverSlash, Beginning(wayA, Slashed));
        if (a == _a.End && wayA == Slashed)
            Visit(_a.Below, b, place);
        if (b == _b.End && wayB == Slashed)
            Visit(a, _b.Below, place);
    }

    private void Read(int a, int b, int place)
    {
        if (_a[a].On is not { } onA || _b[b].On is not { } onB)
            return;
        (bool slash, bool dot, bool other) = CharSet.Common(onA, onB);
        if (slash && place == InName)
            Visit(_a[a].To, _b[b].To, Beginning(Slashed, Slashed));
        if (dot)
            Visit(_a[a].To, _b[b].To, place < Dot ? Dot : place == Dot ? TwoDots : InName);
        if (other)
            Visit(_a[a].To, _b[b].To, InName);
    }

    private static int Beginning(int wayA, int wayB) => (wayA * Ways) + wayB;

    private void Visit(int a, int b, int place)
    {
        int key = (((a * _b.Count) + b) * Places) + place;
        ulong bit = 1UL << (key & 63);
        if ((_seen[key >> 6] & bit) != 0)
            return;
        _seen[key >> 6] |= bit;
        _next.Push(key);
    }
}
