"""From raw copy to clean paragraphs and fields; nothing that is taken out goes unrecorded."""
