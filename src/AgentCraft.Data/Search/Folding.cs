using System.Text;

namespace AgentCraft.Data.Search;

/// <summary>
/// Makes letters that people take for the same one the same: É, é and e. Of our own, because without the system's culture data, which the
/// program does not load, .NET takes no letter apart.
/// </summary>
internal static class Folding
{
    // Each line is a letter and those that Unicode takes apart into it and accents.
    private static readonly string[] Accented =
    [
        "aàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ", "bḃḅḇ", "cçćĉċčḉ", "dďḋḍḏḑḓ", "eèéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ", "fḟ", "gĝğġģǧǵḡ", "hĥȟḣḥḧḩḫẖ",
        "iìíîïĩīĭįǐȉȋḭḯỉị", "jĵǰ", "kķǩḱḳḵ", "lĺļľḷḹḻḽ", "mḿṁṃ", "nñńņňǹṅṇṉṋ", "oòóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ", "pṕṗ", "rŕŗřȑȓṙṛṝṟ",
        "sśŝşšșṡṣṥṧṩ", "tţťțṫṭṯṱẗ", "uùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự", "vṽṿ", "wŵẁẃẅẇẉẘ", "xẋẍ", "yýÿŷȳẏẙỳỵỷỹ", "zźżžẑẓẕ", "æǣǽ", "øǿ", "ſẛ", "ʒǯ",
        "αάἀἁἂἃἄἅἆἇὰᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ", "εέἐἑἒἓἔἕὲ", "ηήἠἡἢἣἤἥἦἧὴᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ", "ιΐίϊἰἱἲἳἴἵἶἷὶῐῑῒῖῗ", "οόὀὁὂὃὄὅὸ", "ρῤῥ", "σς", "υΰϋύὐὑὒὓὔὕὖὗὺῠῡῢῦῧ",
        "ωώὠὡὢὣὤὥὦὧὼᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ", "аӑӓ", "гѓ", "еѐёӗ", "жӂӝ", "зӟ", "ийѝӣӥ", "кќ", "оӧ", "уўӯӱӳ", "чӵ", "ыӹ", "эӭ", "ії", "ѵѷ", "әӛ", "өӫ",
    ];

    private static readonly Dictionary<int, Rune> Plain = Accented
        .SelectMany(line => line.Skip(1).Select(letter => (letter, line[0])))
        .ToDictionary(pair => (int)pair.letter, pair => new Rune(pair.Item2));

    /// <summary>The letter in lower case, without accents; full-width letters and digits as the usual ones.</summary>
    public static Rune Of(Rune letter)
    {
        Rune lower = Rune.ToLowerInvariant(letter.Value is >= 0xFF01 and <= 0xFF5E ? new Rune(letter.Value - 0xFEE0) : letter);
        return Plain.GetValueOrDefault(lower.Value, lower);
    }

    /// <summary>A mark that only accents or vocalises the letter before it: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels, variation selectors.</summary>
    public static bool IsAccent(Rune mark) => mark.Value is
        (>= 0x300 and <= 0x36F) or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) or (>= 0x20D0 and <= 0x20FF) or (>= 0xFE00 and <= 0xFE2F)
        or (>= 0x591 and <= 0x5C7) or (>= 0x64B and <= 0x65F) or 0x670 or (>= 0xE0100 and <= 0xE01EF);
}
