"""`paddock fairness`: run many races and judge whether lanes and kinds have the same chances."""

from __future__ import annotations

from pathlib import Path

import click

from paddock.cli.settings import Failure


@click.command()
@click.option("--races", default=100_000, show_default=True, help="Races per track and field size.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("fairness"),
    show_default=True,
    help="Folder of the report.",
)
@click.option("--book", type=click.Path(path_type=Path), help="File of race settings.  [default: Paddock's own]")
@click.option("--workers", type=click.IntRange(1), help="Processes.  [default: one per core]")
@click.pass_context
def fairness(context: click.Context, races: int, out: Path, book: Path | None, workers: int | None) -> None:
    """Prove the races fair: write tables and plots, exit 1 if a test fails."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from paddock.races.chances import MissingExtraError
    from paddock.races.fairness import fairness_report
    from paddock.races.settings import load_book

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("races", total=None)
            report = fairness_report(
                races,
                out,
                lambda done, total: bar.update(task, completed=done, total=total),
                book=load_book(book),
                workers=workers,
            )
    except (OSError, ValueError, MissingExtraError) as error:
        raise Failure(str(error)) from error
    worst = min(report.findings, key=lambda finding: finding.adjusted)
    click.echo(f"{len(report.findings)} tests over {races} races each: smallest adjusted p {worst.adjusted:.4f}")
    click.echo(f"{'FAIR' if report.passed else 'NOT FAIR'}: see {out / 'report.md'}")
    context.exit(0 if report.passed else 1)
