"""Words that tell chat from plain English, and known product names that are new to nobody.

Runs in the model worker (zone G); pure values. Whole words in lower case; an apostrophe left out
("dont") is no sign of chat, for everybody leaves it out now and then.
"""

from __future__ import annotations

CHAT = frozenset(
    """
    lol lmao rofl omg omfg wtf wth smh smdh ffs fml tbh ngl idk idc imo imho iirc afaik irl ftw fwiw
    ikr istg jk nvm nvr brb ttyl af rn fam bro bruh dude yo yeah yep nope ugh meh lolz
    haha hahaha lmfao stfu gtfo tho thru cuz coz cos bcuz bcoz bc wanna gonna gotta kinda sorta
    lemme gimme dunno aint ain't whatcha ya yall y'all u ur r n im ppl msg pls plz plis thx thnx tnx
    ty tysm yw sry soz abt wat wut wot wich dey gr8 l8 l8r m8 b4 2day 2nite
    2moro 4ever 4get upd8 w8 h8 str8 some1 any1 every1 nething nemore neone nuthin nuttin sumthin
    jus jst evry evrything everythin sumtimes alot tmrw tmr tomoz ystrdy yday btwn srsly
    obvs probs defo deffo totes legit lowkey highkey sus borked nada whack wack halp luv hav havin
    damn wkly pic pics notif notifs pw txt fone fones tix app'd hella yass yikes gud gd
    """.split()
)
"""Chat abbreviations and spellings by ear."""

SHORT = frozenset(
    """
    kg km cm mm ml cl dl kb mb gb tb kwh mph rpm hz khz mhz ghz hrs hr min mins pcs pc tsp tbsp lbs
    lb ft vs mr mrs ms dr st rd nd th pm tv ltd gmbh llc css csv sql html http https www rss xml
    pdf png jpg gps sms mms vpn dns ssh url tls ssl cc bcc qr nr pp pg ps rsvp tbd tbc hmm shh psst
    npm crm kpi ctrl cmd
    """.split()
)
"""Words without a vowel that are no slang."""

KNOWN_NAMES = frozenset(
    """
    whatsapp youtube iphone ipad ipod imac macbook ios macos android paypal github gitlab linkedin
    facebook instagram tiktok javascript typescript postgresql mysql powerpoint onenote onedrive
    sharepoint dropbox photoshop bluetooth wifi ebay wordpress shopify salesforce jira confluence
    chatgpt openai microsoft samsung huawei motorola lenovo xbox playstation nintendo fahrenheit
    celsius kubernetes docker airbnb firefox gmail hotmail outlook icloud airpods
    """.split()
)

PLACES = frozenset(
    """
    harbour harbor port bay trail path road street lane avenue square bridge tunnel ferry boat train
    station stop line museum gallery theatre theater cinema library school college university church
    abbey castle mill farm inn hotel hostel house hall gate park garden forest wood lake river
    valley hill pass coast island beach pool works quarry mine market fair festival regatta region
    district village town city office branch site spider bird bear plant tree family brothers
    sisters twins kids people case trial estate biography novel letters will account accounts
    kickoff meeting workshop crew team league cup
    """.split()
)
"""What stands behind the name of a place, a person or a beast, not of a product."""

BEFORE_THINGS = frozenset("the a an our my your their this that these new old using via".split())
"""What stands in front of the name of a product."""
