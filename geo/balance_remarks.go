package geo

import (
	"fmt"
	"strings"
	"time"
)

// slovenia is where the days of as_of are; a system without time zones shows UTC.
func slovenia() *time.Location {
	if here, err := time.LoadLocation("Europe/Ljubljana"); err == nil {
		return here
	}
	return time.UTC
}

// asOfSentence says of which past the balance tells.
func (b *Balance) asOfSentence() Text {
	if b.AsOf == nil {
		return Text{}
	}
	day := b.AsOf.At.In(slovenia())
	return Text{
		fmt.Sprintf("Stanje po spremembi št. %d z dne %s.", b.AsOf.Revision, day.Format("2. 1. 2006")),
		fmt.Sprintf("As it stood after revision %d of %s.", b.AsOf.Revision, day.Format("2 January 2006")),
	}
}

// asideRows are the rows that no class of settlements has, as the summary speaks of them.
var asideRows = []struct {
	class string
	what  Text
}{
	{"municipality_wide", Text{"za celotno občino", "for the whole municipality"}},
	{"unplaced", Text{"še brez lokacije", "not placed yet"}},
	{"outside", Text{"zunaj občine", "outside the municipality"}},
	{"unclassified", Text{"v nerazvrščenih naseljih", "in unclassified settlements"}},
}

// asideSentence tells what stays out of the comparison, and where it is.
func (b *Balance) asideSentence(money bool) Text {
	var sl, en []string
	for _, aside := range asideRows {
		r := b.row(aside.class)
		switch {
		case money && r.AmountCents != nil && *r.AmountCents > 0:
			sl, en = append(sl, slEuro(*r.AmountCents)+" "+aside.what.SL), append(en, enEuro(*r.AmountCents)+" "+aside.what.EN)
		case !money && r.Projects > 0:
			n := r.Projects
			one := Text{
				slInt(int64(n)) + " " + slPlural(n, "projekt", "projekta", "projekti", "projektov"),
				enInt(int64(n)) + " " + enPlural(n, "project", "projects"),
			}
			if r.Weight > 0 && r.Weight < float64(n)-1e-6 { // the rest of them is compared
				one = Text{
					slPlural(n, "del ", "dela ", "deli ", "deli ") + slInt(int64(n)) + " " + slPlural(n, "projekta", "projektov", "projektov", "projektov"),
					enPlural(n, "a part of ", "parts of ") + one.EN,
				}
			}
			sl, en = append(sl, one.SL+" "+aside.what.SL), append(en, one.EN+" "+aside.what.EN)
		}
	}
	if len(sl) == 0 {
		return Text{}
	}
	return Text{
		"Zunaj primerjave ostaja: " + enumerateWords(sl, " in ") + ".",
		"Not in the comparison: " + enumerateWords(en, " and ") + ".",
	}
}

// sensitivitySentence says how much the rules decide.
func (b *Balance) sensitivitySentence(money bool) Text {
	s := b.Sensitivity.of(money)
	if s == nil {
		return Text{}
	}
	slWhat, enWhat := "Delež podeželja pri denarju", "The countryside's share of the money"
	if !money {
		slWhat, enWhat = "Delež podeželja pri projektih", "The countryside's share of the projects"
	}
	if slPercent(s.Min) == slPercent(s.Max) {
		return Text{slWhat + " je po vseh pravilih " + slPercent(s.Min) + ".", enWhat + " is " + enPercent(s.Min) + " by all rules."}
	}
	return Text{
		slWhat + " je po vseh pravilih med " + slPercent(s.Min) + " in " + slPercent(s.Max) + ".",
		enWhat + " is between " + enPercent(s.Min) + " and " + enPercent(s.Max) + " over all rules.",
	}
}

// missingSentence: how many amounts are not known, and what follows when none is.
func (b *Balance) missingSentence() Text {
	n := b.Total.WithoutAmount
	if n == 0 {
		return Text{}
	}
	t := Text{
		fmt.Sprintf("Za %s od %s %s znesek ni naveden.", slInt(int64(n)), slInt(int64(b.Total.Projects)), slPlural(b.Total.Projects, "projekta", "projektov", "projektov", "projektov")),
		fmt.Sprintf("No amount is stated for %s of %s %s.", enInt(int64(n)), enInt(int64(b.Total.Projects)), enPlural(b.Total.Projects, "project", "projects")),
	}
	if b.Total.AmountCents == nil {
		t.SL += " Bilanca zato primerja število projektov, ne denarja."
		t.EN += " The balance therefore compares numbers of projects, not money."
	}
	return t
}

// sentences joins texts that say something.
func sentences(list ...Text) Text {
	var sl, en []string
	for _, t := range list {
		if t.SL != "" {
			sl, en = append(sl, t.SL), append(en, t.EN)
		}
	}
	return Text{strings.Join(sl, " "), strings.Join(en, " ")}
}
