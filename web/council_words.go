package web

import "kraj/geo"

// The words of the council paper. Both languages have the same keys; a test looks.
var councilWords = map[string]map[string]string{
	"sl": {
		"distinct": "Projekt, ki leži v več vrstah naselij, je štet v vsaki od njih; v skupno število se seštejejo uteženi projekti.",
		"kind":     "Gradivo za sejo", "title": "Ravnotežje mesto–podeželje", "lead": "Povzetek", "picture": "Prebivalci, projekti in sredstva",
		"pictureCounts": "Prebivalci in projekti", "numbers": "Številke", "groups": "Razčlenitev", "rule": "Kako je izračunano",
		"sensitivity": "Koliko odločajo pravila", "missing": "Česa v primerjavi ni", "sources": "Viri in naslov", "appendix": "Priloga: projekti za temi številkami",
		"people": "Prebivalci", "projects": "Projekti", "euros": "Sredstva", "weight": "Uteženi projekti", "share": "Delež", "perHead": "€ na prebivalca",
		"perThousand": "Projektov na 1.000 prebivalcev", "quotient": "Lokacijski količnik", "gap": "Razlika do sorazmernosti", "class": "Vrsta naselij", "total": "Skupaj",
		"none": "ni podatka", "group": "Skupina", "without": "Brez zneska", "amount": "Znesek", "code": "Šifra", "project": "Projekt", "status": "Stanje", "why": "Zakaj",
		"indicators": "Kazalniki", "parity": "Razmerje podeželje : mesto", "parityNote": "sredstva na prebivalca na podeželju, deljena s tistimi v mestu; 1 pomeni enako",
		"parityNoteCounts": "uteženi projekti na prebivalca na podeželju, deljeni s tistimi v mestu; 1 pomeni enako",
		"hoover":           "Hooverjev indeks", "hooverNote": "delež, ki bi ga bilo treba prestaviti, da bi bili deleži enaki deležem prebivalcev",
		"gini": "Ginijev količnik", "giniNote": "0 pomeni sorazmerno, več pomeni bolj neenako",
		"theil": "Theilov indeks med vrstami naselij", "theilNote": "0 pomeni sorazmerno",
		"scheme": "Razvrstitev naselij", "noScheme": "občina razvrstitve še nima, zato so vsa naselja nerazvrščena", "method": "Delitev med naselja", "spread": "Projekti za celotno občino",
		"money": "Čigava sredstva", "filters": "Izbor projektov", "noFilters": "vsi javni projekti občine", "included": "Upoštevano",
		"proposed":   "tudi kraji, ki jih predlagajo besede projektov in še niso potrjeni",
		"population": "Prebivalci", "noPopulation": "število prebivalcev ni znano", "populationSet": "zbirka", "ofDate": "stanje", "peopleUnknown": "Za toliko naselij število prebivalcev ni znano",
		"revision": "Stanje podatkov", "revisionNumber": "po spremembi št.", "unpinned": "sedanje stanje; ta izbor se ne da vezati na spremembo", "address": "Naslov tega gradiva",
		"again":      "Isti naslov bo tudi pozneje dal iste številke.",
		"dataSource": "Podatki", "dataSourceIs": "zbirka občine v sistemu kraj; vsaka vrstica navaja svoj vir", "publicOnly": "Gradivo zajema samo javne projekte; osnutkov ne vsebuje.",
		"least": "najmanj", "most": "največ", "ruralShare": "Delež podeželja pri sredstvih",
		"ruralShareProjects": "Delež podeželja pri projektih", "thisRule": "po pravilu tega gradiva", "figure": "Številka", "noSensitivity": "Delež podeželja ni izračunljiv po nobenem pravilu.",
		"wide": "velja za celotno občino", "unplaced": "še nima lokacije", "outside": "leži zunaj občine", "unclassified": "leži v nerazvrščenih naseljih", "noAmount": "nima navedenega zneska",
		"shareHere": "Delež projekta", "more": "Seznam je skrajšan. Preostali projekti so v preglednici na naslovu", "print": "Natisni ali shrani kot PDF", "map": "Odpri na zemljevidu",
		"other": "English", "projectsTitle": "Naslov projekta", "figureTable": "Slika kot preglednica je spodaj.", "drop": "Navpična črta kaže delež prebivalcev.",
		"toolbar": "Dejanja", "classified": "v razvrščenih naseljih", "listNote": "Razvrščeni so po znesku, nato po deležu in šifri.",
	},
	"en": {
		"distinct": "A project that lies in several kinds of settlements is counted in each of them; the weighted projects add up to the total.",
		"kind":     "Council paper", "title": "Balance of city and countryside", "lead": "Summary", "picture": "People, projects and euros",
		"pictureCounts": "People and projects", "numbers": "Figures", "groups": "Breakdown", "rule": "How it is computed",
		"sensitivity": "How much the rules decide", "missing": "What is not in the comparison", "sources": "Sources and address", "appendix": "Appendix: the projects behind these figures",
		"people": "People", "projects": "Projects", "euros": "Euros", "weight": "Weighted projects", "share": "Share", "perHead": "€ per head",
		"perThousand": "Projects per 1,000 people", "quotient": "Location quotient", "gap": "Gap to proportion", "class": "Settlements", "total": "Total",
		"none": "no data", "group": "Group", "without": "No amount", "amount": "Amount", "code": "Code", "project": "Project", "status": "Status", "why": "Why",
		"indicators": "Indicators", "parity": "Parity, countryside : city", "parityNote": "euros per head in the countryside over those in the city; 1 means equal",
		"parityNoteCounts": "weighted projects per head in the countryside over those in the city; 1 means equal",
		"hoover":           "Hoover index", "hooverNote": "the part that would have to move for shares to equal the shares of the people",
		"gini": "Gini coefficient", "giniNote": "0 is in proportion, more is less equal",
		"theil": "Theil index between kinds of settlements", "theilNote": "0 is in proportion",
		"scheme": "Classification of settlements", "noScheme": "the municipality has no classification yet, so all settlements are unclassified", "method": "Division among settlements", "spread": "Municipality-wide projects",
		"money": "Whose money", "filters": "Projects chosen", "noFilters": "all public projects of the municipality", "included": "Included",
		"proposed":   "places that the projects' words propose and nobody has confirmed yet",
		"population": "People", "noPopulation": "the number of people is not known", "populationSet": "set", "ofDate": "as of", "peopleUnknown": "Settlements without a known number of people",
		"revision": "State of the data", "revisionNumber": "after revision", "unpinned": "the present state; this selection cannot be pinned to a revision", "address": "Address of this paper",
		"again":      "The same address will give the same figures later, too.",
		"dataSource": "Data", "dataSourceIs": "the municipality's database in kraj; each row names its own source", "publicOnly": "The paper covers public projects only; it holds no drafts.",
		"least": "least", "most": "most", "ruralShare": "The countryside's share of the money",
		"ruralShareProjects": "The countryside's share of the projects", "thisRule": "by the rule of this paper", "figure": "Figure", "noSensitivity": "The countryside's share cannot be computed by any rule.",
		"wide": "for the whole municipality", "unplaced": "not placed yet", "outside": "outside the municipality", "unclassified": "in unclassified settlements", "noAmount": "without a stated amount",
		"shareHere": "Share of the project", "more": "The list is shortened. The other projects are in the table at", "print": "Print or save as PDF", "map": "Open on the map",
		"other": "Slovenščina", "projectsTitle": "Title", "figureTable": "The table below has the figures of the picture.", "drop": "The vertical line shows the share of the people.",
		"toolbar": "Actions", "classified": "in classified settlements", "listNote": "Sorted by amount, then by share and code.",
	},
}

// Texts of keys, in both languages.
var (
	councilClasses = map[string]geo.Text{
		"urban": {SL: "mesto", EN: "city"}, "suburban": {SL: "primestje", EN: "suburbs"}, "rural": {SL: "podeželje", EN: "countryside"},
		"unclassified": {SL: "nerazvrščeno", EN: "unclassified"}, "outside": {SL: "zunaj občine", EN: "outside"},
		"municipality_wide": {SL: "celotna občina", EN: "whole municipality"}, "unplaced": {SL: "še brez lokacije", EN: "not placed yet"},
	}
	councilMethods = map[string]geo.Text{
		"extent":     {SL: "po legi: projekt se deli med naselja po površini, dolžini ali točkah, ki ležijo v njih", EN: "by extent: a project divides over settlements by the area, length or points that lie there"},
		"population": {SL: "po prebivalstvu: projekt se deli med naselja, ki se jih dotika, po številu prebivalcev", EN: "by population: a project divides over the settlements that it touches by their people"},
		"equal":      {SL: "enakomerno: projekt se deli med naselja, ki se jih dotika, na enake dele", EN: "equally: a project divides over the settlements that it touches in equal parts"},
		"served":     {SL: "po uporabnikih: projekt se deli med naselja, ki jim po navedbi načrtovalca služi; drugi po legi", EN: "by users: a project divides over the settlements that it serves by a planner's statement; others by extent"},
	}
	councilMethodNames = map[string]geo.Text{
		"extent": {SL: "po legi", EN: "by extent"}, "population": {SL: "po prebivalstvu", EN: "by population"},
		"equal": {SL: "enakomerno", EN: "equally"}, "served": {SL: "po uporabnikih", EN: "by users"},
	}
	councilSpreads = map[string]geo.Text{
		"none":       {SL: "so v svoji vrstici in v primerjavo ne vstopajo", EN: "stand in a row of their own, outside the comparison"},
		"population": {SL: "so razdeljeni med vsa naselja po prebivalstvu", EN: "are divided over all settlements by people"},
	}
	councilSpreadNames = map[string]geo.Text{
		"none": {SL: "občinski projekti v svoji vrstici", EN: "municipality-wide in a row of its own"}, "population": {SL: "občinski projekti po prebivalstvu", EN: "municipality-wide spread by people"},
	}
	councilMoneys = map[string]geo.Text{
		"total": {SL: "vsa sredstva, ne glede na vir", EN: "all money, whatever its source"}, "own": {SL: "samo lastna sredstva občine", EN: "the municipality's own only"},
		"eu": {SL: "samo sredstva EU", EN: "EU funds only"}, "state": {SL: "samo državna sredstva", EN: "state funds only"}, "private": {SL: "samo zasebna sredstva", EN: "private funds only"},
	}
	councilBys = map[string]geo.Text{
		"theme": {SL: "po tematskih področjih", EN: "by theme"}, "measure": {SL: "po ukrepih", EN: "by measure"}, "status": {SL: "po stanju", EN: "by status"},
		"horizon": {SL: "po obzorju", EN: "by horizon"}, "mechanism": {SL: "po mehanizmih", EN: "by mechanism"}, "source": {SL: "po virih sredstev", EN: "by source of money"},
		"holder": {SL: "po nosilcih", EN: "by holder"}, "year": {SL: "po letih", EN: "by year"}, "settlement": {SL: "po naseljih", EN: "by settlement"},
		"local_community": {SL: "po krajevnih skupnostih", EN: "by local community"},
	}
	councilFilters = map[string]geo.Text{
		"theme": {SL: "področje", EN: "theme"}, "measure": {SL: "ukrep", EN: "measure"}, "status": {SL: "stanje", EN: "status"}, "horizon": {SL: "obzorje", EN: "horizon"},
		"strategic": {SL: "strateški", EN: "strategic"}, "settlement": {SL: "naselje", EN: "settlement"}, "class": {SL: "vrsta naselij", EN: "kind of settlements"},
		"scope": {SL: "obseg", EN: "scope"}, "holder": {SL: "nosilec", EN: "holder"}, "mechanism": {SL: "mehanizem", EN: "mechanism"}, "source": {SL: "vir sredstev", EN: "source of money"},
		"year": {SL: "leto", EN: "year"}, "place": {SL: "kraj", EN: "place"}, "local_community": {SL: "krajevna skupnost", EN: "local community"},
		"eligible": {SL: "upravičenost", EN: "eligibility"}, "min_amount": {SL: "znesek vsaj", EN: "amount at least"}, "max_amount": {SL: "znesek največ", EN: "amount at most"},
		"located": {SL: "z lokacijo", EN: "with a place"}, "q": {SL: "besede", EN: "words"},
	}
	councilScopes = map[string]geo.Text{
		"sites": {SL: "na lokacijah", EN: "at sites"}, "municipality": {SL: "celotna občina", EN: "whole municipality"}, "unplaced": {SL: "še brez lokacije", EN: "not placed yet"},
	}
	councilTruths = map[bool]geo.Text{true: {SL: "da", EN: "yes"}, false: {SL: "ne", EN: "no"}}
)
