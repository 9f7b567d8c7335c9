using System.CommandLine;
using WebStudio.Server;
using WebStudio.Server.Verbs;
using WebStudio.Server.Verbs.Albums;
using WebStudio.Server.Verbs.Backups;
using WebStudio.Server.Verbs.Bases;
using WebStudio.Server.Verbs.Generators;
using WebStudio.Server.Verbs.Models;

// Without a verb it is the workbench that starts; settings may follow "serve" in ASP.NET Core's form.
if (args is [] or ["serve", ..] && !args.Contains("--help"))
    return await StudioHost.RunAsync([.. args.Skip(1)]);

var root = new RootCommand("WebStudio: a controllable personalised generative prior for portraits. Without a verb the workbench starts.")
{
    new Command("serve", "Start the workbench, as without a verb; settings may follow: --urls http://*:8080 --Storage:Root FOLDER"),
    new Command("generator", "Look at, run, import and measure generator networks") { new InspectVerb(), new MapVerb(), new RenderVerb(), new ConvertVerb(), new MeasureVerb(), new BoundariesVerb() },
    new Command("base", "Train base models from pictures, and measure them") { new BaseTrainVerb(), new BaseEvaluateVerb() },
    new Command("album", "Look at a folder of photos") { new CurateVerb() },
    new PersonalizeVerb(PersonalizeWork.Run),
    new EditVerb(EditWork.Run),
    new EnhanceVerb(EnhanceWork.Run),
    new SynthesizeVerb(SynthesizeWork.Run),
    new CompareVerb(CompareWork.Run),
    new ReportVerb(ReportWork.Run),
    new CheckVerb(),
    new BenchVerb(),
    new BackupVerb(),
    new RestoreVerb(),
};
return VerbHost.Run(root, args);
