//! Breaking words into lines.

use super::PdfError;
use super::font::Fonts;
use crate::markup::Inline;

/// Size, in points, and weight of words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) bold: bool,
}

/// A stretch of a line in one weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) text: String,
    pub(super) bold: bool,
}

/// A line, from left to right.
pub(super) type Line = Vec<Stretch>;

/// Fills lines with as many words as fit. A word that is wider than a line, such as a link, is broken where it must be. A
/// line but the last ends with a space, so that whoever reads the lines together finds the words apart.
pub(super) fn break_into_lines(
    words: &[Inline],
    style: Style,
    width: f32,
    fonts: &Fonts,
) -> Result<Vec<Line>, PdfError> {
    let mut lines = Vec::new();
    for (number, paragraph) in characters(words, style.bold).split(|(c, _)| *c == '\n').enumerate() {
        if paragraph.iter().any(|(c, bold)| !fonts.has(c.encode_utf8(&mut [0; 4]), *bold)) {
            return Err(PdfError::Script);
        }
        if number > 0 {
            end_with_space(&mut lines);
        }
        fill(paragraph, style.size, width, fonts, &mut lines);
    }
    Ok(lines)
}

/// A character and whether it is bold.
type Written = (char, bool);

fn characters(words: &[Inline], bold: bool) -> Vec<Written> {
    // What isolates right-to-left words has no glyph; such words themselves are refused.
    let spell = |text: &str| {
        text.chars().filter(|c| !matches!(c, '\u{2066}'..='\u{2069}')).map(|c| (c, bold)).collect::<Vec<_>>()
    };
    words
        .iter()
        .flat_map(|word| match word {
            Inline::Text(text) | Inline::Value(text) | Inline::Link { shown: text, .. } => spell(text),
            Inline::Break => vec![('\n', bold)],
            Inline::Strong(words) => characters(words, true),
        })
        .collect()
}

fn fill(paragraph: &[Written], size: f32, width: f32, fonts: &Fonts, lines: &mut Vec<Line>) {
    let mut line: Vec<Written> = Vec::new();
    let mut end = |line: &mut Vec<Written>| lines.push(stretches(&std::mem::take(line)));
    for word in paragraph.split(|(c, _)| *c == ' ').filter(|word| !word.is_empty()) {
        let mut with_word = line.clone();
        if !line.is_empty() {
            with_word.push((' ', false));
        }
        let space = with_word.len();
        with_word.extend(word);
        if measure(&with_word, size, fonts) <= width {
            line = with_word;
            continue;
        }
        if !line.is_empty() {
            line = with_word[..space].to_vec();
            end(&mut line);
        }
        for character in word {
            line.push(*character);
            if line.len() > 1 && measure(&line, size, fonts) > width {
                line.pop();
                end(&mut line);
                line.push(*character);
            }
        }
    }
    end(&mut line);
}

fn end_with_space(lines: &mut [Line]) {
    if let Some(stretch) = lines.last_mut().and_then(|line| line.last_mut()) {
        stretch.text.push(' ');
    }
}

fn measure(line: &[Written], size: f32, fonts: &Fonts) -> f32 {
    stretches(line).iter().map(|stretch| fonts.width(&stretch.text, Style { size, bold: stretch.bold })).sum()
}

fn stretches(line: &[Written]) -> Line {
    line.chunk_by(|(_, one), (_, other)| one == other)
        .map(|run| Stretch { text: run.iter().map(|(c, _)| c).collect(), bold: run.iter().any(|(_, bold)| *bold) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style { size: 10.0, bold: false };

    fn texts(text: &str, width: f32) -> Vec<String> {
        let Some(fonts) = Fonts::load() else { panic!("the typeface is part of the program") };
        let Ok(lines) = break_into_lines(&[Inline::Text(text.to_owned())], STYLE, width, &fonts) else {
            panic!("Latin letters are there")
        };
        lines.iter().map(|line| line.iter().map(|stretch| stretch.text.as_str()).collect()).collect()
    }

    #[test]
    fn lines_are_as_full_as_they_can_be_and_none_is_too_wide() {
        let Some(fonts) = Fonts::load() else { panic!("the typeface is part of the program") };
        let text = "We have looked at your request carefully and cannot do what you ask of us today";
        for width in [40.0, 90.0, 200.0] {
            let lines = texts(text, width);
            assert_eq!(lines.concat(), text);
            for pair in lines.windows(2) {
                assert!(fonts.width(pair[0].trim_end(), STYLE) <= width, "{pair:?}");
                let next = pair[1].split(' ').next().unwrap_or_default();
                assert!(fonts.width(&format!("{}{next}", pair[0]), STYLE) > width, "{pair:?}");
            }
        }
    }

    #[test]
    fn a_word_wider_than_a_line_is_broken_and_kept_whole_in_reading() {
        let link = "https://dsr.acme.example/identity/Zm9vYmFyYmF6Zm9vYmFyYmF6";
        let lines = texts(link, 80.0);
        assert!(lines.len() > 2);
        assert_eq!(lines.concat(), link);
    }

    #[test]
    fn a_line_of_no_words_is_an_empty_line() {
        assert_eq!(texts("", 80.0), [""]);
    }
}
