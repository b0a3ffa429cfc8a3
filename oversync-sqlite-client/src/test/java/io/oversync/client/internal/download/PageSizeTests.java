/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.download;

import java.util.List;

import io.oversync.client.internal.protocol.DownloadPage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PageSize}.
 */
class PageSizeTests {

	@Test
	void pagesShrinkAfterFailuresAndGrowSlowly() {
		PageSize size = new PageSize(1000);
		assertThat(size.current()).isEqualTo(100);
		size.note(new DownloadPage(List.of(), 100, true, 1, 1, 10_000));
		size.note(new DownloadPage(List.of(), 400, true, 1, 1, 40_000));
		assertThat(size.current()).isEqualTo(1000);
		size.shrink(1000, 0);
		assertThat(size.current()).isEqualTo(500);
		size.shrink(500, 196);
		assertThat(size.current()).isEqualTo(147);
		size.note(new DownloadPage(List.of(), 147, true, 1, 1, 147_000));
		assertThat(size.current()).isBetween(160, 170);
		size.note(new DownloadPage(List.of(), 2, true, 1, 1, 10_000_000));
		assertThat(size.current()).as("rows of 5 MB").isEqualTo(1);
		for (int i = 0; i < 20; i++) {
			size.shrink(1, 0);
		}
		assertThat(size.current()).isEqualTo(1);
	}

}
