package geo

import "strings"

// The names of groups whose words are fixed. Groups of the strategy and of the
// register bring their own.
var (
	balanceTotalName = Text{"Skupaj", "Total"}

	balanceNone = map[string]Text{
		"theme":     {"brez tematskega področja", "no theme"},
		"measure":   {"brez ukrepa", "no measure"},
		"mechanism": {"brez mehanizma", "no mechanism"},
		"holder":    {"nosilec ni naveden", "holder not stated"},
		"year":      {"leto ni navedeno", "year not stated"},
		// A community is told only where it is beyond doubt, see kraj.community_claims.
		"local_community": {"več krajevnih skupnosti ali ni podatka", "several local communities or no data"},
	}

	balanceWords = map[string]map[string]Text{
		"status": {
			"idea": {"zamisel", "idea"}, "preparation": {"v pripravi ali preverjanju", "in preparation or review"},
			"implementation": {"v izvajanju", "in implementation"}, "realised": {"realiziran", "realised"},
			"not_realised": {"nerealiziran", "not realised"}, "dropped": {"opuščen", "dropped"}, "unknown": {"stanje ni znano", "status not known"},
		},
		"horizon": {
			"2030": {"do 2030", "by 2030"}, "2035": {"do 2035", "by 2035"}, "2030+2035": {"do 2030 in 2035", "by 2030 and 2035"},
			"none": {"brez obzorja", "no horizon"},
		},
		"source": {
			"own": {"lastna sredstva", "own funds"}, "eu": {"sredstva EU", "EU funds"}, "state": {"državna sredstva", "state funds"},
			"private": {"zasebna sredstva", "private funds"}, "other": {"drugi viri", "other sources"},
			"not_stated": {"vir ni naveden", "source not stated"},
		},
	}

	specialRows = map[string]Text{
		"outside":           {"zunaj občine", "outside the municipality"},
		"municipality_wide": {"celotna občina", "whole municipality"},
		"unplaced":          {"še brez lokacije", "not placed yet"},
	}
)

// groupName names a group: by its own name, a fixed word, or its key.
func groupName(by string, key *string, own Text) Text {
	if key == nil {
		return balanceNone[by]
	}
	if own.SL != "" {
		return own
	}
	if t, ok := balanceWords[by][*key]; ok {
		return t
	}
	if t, ok := specialRows[*key]; ok {
		return t
	}
	return Text{*key, *key}
}

// The classes of settlements, as the summary speaks of them.
var classPhrases = []struct {
	class      string
	at, to, of Text // where it lies, where it goes, whose share
}{
	{"urban", Text{"v mestu", "in the city"}, Text{"v mesto", "to the city"}, Text{"mesta", "the city"}},
	{"suburban", Text{"v primestju", "in the suburbs"}, Text{"v primestje", "to the suburbs"}, Text{"primestja", "the suburbs"}},
	{"rural", Text{"na podeželju", "in the countryside"}, Text{"na podeželje", "to the countryside"}, Text{"podeželja", "the countryside"}},
}

// summarise says the balance in a few sentences: of when it tells, money per class
// beside people (or numbers of projects where no amount is known), what stays out of
// the comparison, how much the rules decide, and how many amounts are missing.
func (b *Balance) summarise() Text {
	if b.Total.Projects == 0 {
		return sentences(b.asOfSentence(), Text{"Temu izboru ne ustreza noben projekt.", "No project matches this selection."})
	}
	money := b.Total.AmountCents != nil && *b.Total.AmountCents != 0
	told := []Text{b.asOfSentence(), b.countSentence(), b.weightSentence()}
	if money {
		told = []Text{b.asOfSentence(), b.moneySentence(), b.perHeadSentence(), b.gapSentence()}
	}
	return sentences(append(told, b.asideSentence(money), b.sensitivitySentence(money), b.missingSentence())...)
}

func (b *Balance) countSentence() Text {
	n := b.Total.Projects
	return Text{
		slPlural(n, "Upoštevan je ", "Upoštevana sta ", "Upoštevani so ", "Upoštevanih je ") + slInt(int64(n)) + " " +
			slPlural(n, "projekt", "projekta", "projekti", "projektov") + ".",
		enInt(int64(n)) + " " + enPlural(n, "project is", "projects are") + " counted.",
	}
}

// weightSentence tells where the projects lie, each counted once over all its places.
func (b *Balance) weightSentence() Text {
	var sl, en []string
	for _, c := range classPhrases {
		r := b.row(c.class)
		if r.WeightShare == nil || (r.Projects == 0 && r.PeopleShare == nil) {
			continue
		}
		slPart, enPart := slPercent(*r.WeightShare)+" "+c.at.SL, enPercent(*r.WeightShare)+" "+c.at.EN
		if r.PeopleShare != nil {
			slPart += " (" + slPercent(*r.PeopleShare) + " prebivalcev)"
			enPart += " (" + enPercent(*r.PeopleShare) + " of the people)"
		}
		sl, en = append(sl, slPart), append(en, enPart)
	}
	if len(sl) == 0 {
		return Text{}
	}
	en[0] = strings.Replace(en[0], "% ", "% lie ", 1)
	return Text{
		"Od projektov v razvrščenih naseljih jih leži " + enumerateWords(sl, " in ") + ".",
		"Of the projects in classified settlements, " + enumerateWords(en, " and ") + ".",
	}
}

func (b *Balance) moneySentence() Text {
	var sl, en []string
	var classedCents int64
	for _, c := range classPhrases {
		r := b.row(c.class)
		if r.AmountCents != nil {
			classedCents += *r.AmountCents
		}
		if r.Share == nil || (*r.Share == 0 && r.PeopleShare == nil) {
			continue
		}
		slPart, enPart := slPercent(*r.Share)+" "+c.to.SL, enPercent(*r.Share)+" "+c.to.EN
		if r.PeopleShare != nil {
			slPart += ", kjer živi " + slPercent(*r.PeopleShare) + " prebivalcev"
			enPart += ", where " + enPercent(*r.PeopleShare) + " of the people live"
		}
		sl, en = append(sl, slPart), append(en, enPart)
	}
	if len(sl) == 0 {
		return Text{
			"Navedenih je " + slEuro(*b.Total.AmountCents) + ", od tega v razvrščenih naseljih nič.",
			enEuro(*b.Total.AmountCents) + " is stated, none of it in classified settlements.",
		}
	}
	return Text{
		"Od navedenih " + slEuro(*b.Total.AmountCents) + " je v razvrščenih naseljih " + slEuro(classedCents) + ": " + strings.Join(sl, "; ") + ".",
		"Of the " + enEuro(*b.Total.AmountCents) + " stated, " + enEuro(classedCents) + " is in classified settlements: " + strings.Join(en, "; ") + ".",
	}
}

func (b *Balance) perHeadSentence() Text {
	var sl, en []string
	for _, c := range classPhrases {
		if r := b.row(c.class); r.PerHeadCents != nil {
			sl = append(sl, slEuro(*r.PerHeadCents)+" "+c.at.SL)
			en = append(en, enEuro(*r.PerHeadCents)+" "+c.at.EN)
		}
	}
	if len(sl) < 2 {
		return Text{}
	}
	return Text{"Na prebivalca je to " + enumerateWords(sl, " in ") + ".", "Per inhabitant this is " + enumerateWords(en, " and ") + "."}
}

// gapSentence speaks of the countryside: what it is short of, or has above, its share of people.
func (b *Balance) gapSentence() Text {
	gap := b.row("rural").GapCents
	if gap == nil || *gap == 0 {
		return Text{}
	}
	if *gap > 0 {
		return Text{
			"Primanjkljaj podeželja do deleža prebivalcev je " + slEuro(*gap) + ".",
			"The countryside is " + enEuro(*gap) + " short of its share of the people.",
		}
	}
	return Text{
		"Presežek podeželja nad deležem prebivalcev je " + slEuro(-*gap) + ".",
		"The countryside is " + enEuro(-*gap) + " above its share of the people.",
	}
}

func (b *Balance) row(class string) BalanceRow {
	for _, r := range b.Total.Rows {
		if r.Class == class {
			return r
		}
	}
	return BalanceRow{}
}
