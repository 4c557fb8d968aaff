import { readPlace } from "./recording_address.ts";
import { RecordingFinder } from "./recording_finder.tsx";
import { RecordingPage } from "./recording_page.tsx";
import { useRecordingPeople } from "./use_recordings.ts";
import type { ViewProps } from "./views.tsx";

/** Recordings: found, and watched. */
export function RecordingsView({ workplace, preferences, rest }: ViewProps) {
  const people = useRecordingPeople();
  const place = readPlace(rest);
  if (!place.id) return <RecordingFinder workplace={workplace} people={people} />;
  return (
    <RecordingPage
      key={place.id}
      workplace={workplace}
      preferences={preferences}
      people={people}
      place={place}
    />
  );
}
