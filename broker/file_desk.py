"""Everything about files, packed: what keeps them, looks at them, takes them and gives them out."""

from dataclasses import dataclass

from broker.admission import Admission
from broker.clock import Clock
from broker.config import Config
from broker.database import Database
from broker.desk import Desk
from broker.doorbell import Doorbell
from broker.file_checks import FileChecks
from broker.file_links import FileLinks
from broker.files import Files
from broker.marks import Marks
from broker.sealing import Sealing
from broker.sign_in import SignIns
from broker.uploads import Uploads
from recordings.keys import SiteKeys
from recordings.store import open_store


@dataclass(frozen=True)
class FileDesk:
    """One per broker."""

    files: Files
    checks: FileChecks
    links: FileLinks
    uploads: Uploads

    async def run(self) -> None:
        """Look after files, for ever."""
        await self.checks.run()


def open_file_desk(  # noqa: PLR0913 - a packing list
    *,
    config: Config,
    database: Database,
    clock: Clock,
    doorbell: Doorbell,
    desk: Desk,
    marks: Marks,
    sign_ins: SignIns,
    admission: Admission,
    keys: SiteKeys,
) -> FileDesk:
    """Open the store that `config` names, with the site's `keys`, and build what works with it."""
    files = Files(database, config.site, clock, open_store(config.blobs_address), keys)
    checks = FileChecks(clock, desk, files, config.scanner)
    links = FileLinks(
        clock=clock,
        desk=desk,
        files=files,
        sealing=Sealing(config.data_folder),
        sign_ins=sign_ins,
        admission=admission,
    )
    return FileDesk(files, checks, links, Uploads(clock, desk, doorbell, marks, files, checks))
