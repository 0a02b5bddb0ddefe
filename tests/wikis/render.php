<?php
// Renders the pages of a MediaWiki with its own parser: writes a JSON object, title to HTML and address, to the file given.

require_once ( getenv( 'MW_INSTALL_PATH' ) ?: '/usr/share/mediawiki' ) . '/maintenance/Maintenance.php';

use MediaWiki\MediaWikiServices;

class RenderPages extends Maintenance {
	public function __construct() {
		parent::__construct();
		$this->addArg( 'file', 'Where to write' );
	}

	public function execute() {
		$pages = [];
		$services = MediaWikiServices::getInstance();
		foreach ( $services->getPageStore()->newSelectQueryBuilder()->fetchPageRecords() as $record ) {
			$page = $services->getWikiPageFactory()->newFromTitle( $record );
			$options = ParserOptions::newFromAnon();
			$output = $page->getParserOutput( $options, null, true );
			$pages[$page->getTitle()->getPrefixedText()] = [
				'html' => $output->getText( [ 'enableSectionEditLinks' => false ] ),
				'url' => $page->getTitle()->getFullURL(),
			];
		}
		file_put_contents( $this->getArg( 0 ), json_encode( $pages, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR ) );
	}
}

$maintClass = RenderPages::class;
require_once RUN_MAINTENANCE_IF_MAIN;
