using System.CommandLine;
using WebStudio.Server.Verbs;
using WebStudio.Server.Verbs.Albums;
using WebStudio.Server.Verbs.Generators;
using WebStudio.Server.Verbs.Models;

var root = new RootCommand("WebStudio: a controllable personalised generative prior for portraits")
{
    new Command("generator", "Look at, run, import and measure generator networks") { new InspectVerb(), new MapVerb(), new RenderVerb(), new ConvertVerb(), new MeasureVerb() },
    new Command("album", "Look at a folder of photos") { new CurateVerb() },
    new PersonalizeVerb(PersonalizeWork.Run),
    new EditVerb(EditWork.Run),
    new SynthesizeVerb(SynthesizeWork.Run),
    new ReportVerb(ReportWork.Run),
    new BenchVerb(),
};
return VerbHost.Run(root, args);
